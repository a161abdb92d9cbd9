"""Reading French press articles: `Article` → `Report`."""
