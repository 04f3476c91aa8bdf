"""Messages that callers left when nobody could take the call. Each is somebody's work until it was heard."""
