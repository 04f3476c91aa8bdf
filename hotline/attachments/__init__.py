"""Files on a report or on a paper that came in: scanned letters, faxes, photographs. Sealed, name and all."""
