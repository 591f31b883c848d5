"""Read models: what people look at, folded from the events, to be burnt and rebuilt at any time."""
