"""One module per stage of the call. Each request is one transaction; its document follows from the call's state."""
