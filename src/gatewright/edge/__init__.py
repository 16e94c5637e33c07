"""The front door: which plane a request is for, and which API."""
