"""Telephone contacts that a screener calls in with one key: interpreters and law enforcement."""
