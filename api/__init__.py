"""The ways in: the JSON API, the pages and the command line. No rules live here."""
