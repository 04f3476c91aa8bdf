"""The paper of the hotline: versioned forms as data, and the pure engine that checks, reads and shows them."""
