"""Callbacks and messages: who is to be called back, who left a message, and calling somebody as the hotline."""
