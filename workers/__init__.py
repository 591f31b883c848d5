"""What happens by itself: reactions, timers and the acts outside the house. No rules live here."""
