"""A real round from opening to paid: Muonio 2022, 19 private roads, played through the HTTP API by signed-in people."""
