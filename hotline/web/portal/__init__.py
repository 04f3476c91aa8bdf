"""The portal: an office's or a partner's people see what was sent to them, and acknowledge it."""
