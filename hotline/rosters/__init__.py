"""Who is on duty for a team, in the order in which they are told."""
