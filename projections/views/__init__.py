"""Views: folded from the streams when they are asked for, so they need no table and are never behind."""
