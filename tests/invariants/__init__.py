"""What is always true, whoever does whatever in whichever order."""
