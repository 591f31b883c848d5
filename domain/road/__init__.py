"""What is granted to (avustuskohde): a road by its usage unit, and every grant it has had, in this house or before it."""
