"""An installation: its embedded parts, its processes, what is wrong with it, and the demo."""
