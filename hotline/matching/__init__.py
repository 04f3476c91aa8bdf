"""Earlier reports on the same child, family or address: who is taken for the same person, and why."""
