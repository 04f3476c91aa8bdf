"""Documents on paper: what stands in one, and the PDF that is made of it."""
