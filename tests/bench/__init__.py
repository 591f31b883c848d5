"""How fast things are: `make bench`. Ratios measured in one run; nothing here is a test."""
