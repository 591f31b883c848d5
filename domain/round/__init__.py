"""An application round (hakukierros): its frozen criteria, budget, opening and closing, and its calculations."""
