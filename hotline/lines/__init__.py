"""Lines: the numbers that callers dial, each with its languages, menu, hours and what it allows."""
