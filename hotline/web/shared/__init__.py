"""What every screen stands on: the gate, the shell, words and times, parts that refresh."""
