"""Who saw and who changed what: rows that are only ever added, chained so that a cut or an edit shows."""
