"""From a submitted report to somebody who has acknowledged it."""
