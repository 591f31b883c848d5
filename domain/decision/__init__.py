"""One § with its lines (päätös), each for a case: proposed, approved, signed or decided in a meeting, published."""
