"""What is known about what happened: counters now; logs, metrics and traces build on them."""
