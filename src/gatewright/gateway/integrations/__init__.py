"""One file per integration type, and what they share."""
