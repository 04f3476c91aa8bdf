"""Reports that mandated reporters write online: kept sealed until a screener takes them up as ordinary reports."""
