"""Where a child is: from the words of an address to the area that answers for it."""
