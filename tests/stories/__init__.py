"""Stories of the pure domain, one file a step; they read like the law and touch no database."""
