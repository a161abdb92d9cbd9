"""Programs for those who work on Vigie; not installed."""
