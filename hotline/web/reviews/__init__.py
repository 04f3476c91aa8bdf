"""The supervisors' reviews: what waits for one, and one decision with what can be done about it."""
