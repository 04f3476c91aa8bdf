"""Letters and faxes that came in, and the written reports that mandated reporters owe."""
