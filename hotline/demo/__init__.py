"""The demonstration: local servers, a supervisor and an invented agency, started by one command."""
