"""Grant criteria: what they ask, how they share a budget, and the trace that explains every cent."""
