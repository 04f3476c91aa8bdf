"""Callers who are to be called back: who, from when, how often tried, and how each ended."""
