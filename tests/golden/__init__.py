"""Stored trails, as the store wrote them once, with the states they fold to. Files here are only ever added."""
