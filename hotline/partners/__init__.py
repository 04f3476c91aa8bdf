"""Who receives reports: area offices and community partners, and the areas and services that each covers."""
