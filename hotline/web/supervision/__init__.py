"""The supervisors' screen: the line, the people, and what a supervisor does about them."""
