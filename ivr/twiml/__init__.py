"""Documents for the phone company, built by pure functions."""
