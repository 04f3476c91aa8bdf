"""Development only: how well the search finds people, beside Splink, on the same records. See README.md."""
