"""The public pages on which mandated reporters write a report. No account, no script needed, nothing kept here."""
