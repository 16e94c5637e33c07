"""Shared and short-lived state. `base` holds the Protocols; adapters are named only by the composition root."""
