"""One folder for each kind of party outside the house: what is asked of it, the real one, and a fake that speaks like it."""
