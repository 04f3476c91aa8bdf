"""A day at the hotline with simulated people, and the comparison of everybody's ledgers at its end."""
