"""What waits for a person: each item has an owner, a reason and a time by which it must be dealt with."""
