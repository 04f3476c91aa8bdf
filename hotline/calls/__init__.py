"""Calls: the lines they come in on, who waits, who is offered which call and how each ended."""
