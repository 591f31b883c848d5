"""What a case is and what the law says of it; pure, apart from the store at its edge."""
