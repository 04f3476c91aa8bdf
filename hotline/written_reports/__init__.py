"""Papers that come in (letters, faxes), and the written reports that mandated reporters owe after their call."""
