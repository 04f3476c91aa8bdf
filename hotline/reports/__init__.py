"""Reports of suspected abuse or neglect, as a screener takes them down."""
