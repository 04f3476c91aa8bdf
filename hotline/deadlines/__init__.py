"""Every clock of calls, reports and dispatches in one table, so that one sweep sees whatever is late."""
