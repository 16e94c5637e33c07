"""Who is calling: credentials, tokens, principals."""
