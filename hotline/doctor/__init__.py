"""`hotline doctor`: whether everything is as it must be for callers to be answered."""
