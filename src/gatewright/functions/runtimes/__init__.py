"""What runs in the processes of handlers."""
