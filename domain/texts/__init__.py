"""What people read: catalogues, translation, formats and choices. It needs nothing else of the domain, so all may use it."""
