"""Carries out what the core has written down: jobs, the sweep and the ways of reaching people."""
