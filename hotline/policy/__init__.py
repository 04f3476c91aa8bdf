"""The published rules of each jurisdiction, kept as data, and the pure code that judges a report by them."""
