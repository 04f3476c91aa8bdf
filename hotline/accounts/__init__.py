"""The people who work with the hotline: their roles, passwords and sessions."""
