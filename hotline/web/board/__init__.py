"""The coordinator's board: what waits, where, why there, which clock, who acknowledged."""
