"""What was used, and what it would cost on AWS."""
