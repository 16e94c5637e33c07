"""Who may call a route: what HTTP APIs know of authorizers."""
