"""Users (käyttäjät): who may act in which roles, since when and by whose decision; names and passwords are not here."""
