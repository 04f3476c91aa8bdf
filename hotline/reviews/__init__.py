"""A supervisor's look at decisions: agreed to, sent back with a question, or another track chosen in their place."""
