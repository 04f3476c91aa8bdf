"""The screener's console: the call on top, the form beside what the rules say of it."""
