"""The data plane: runs programs. Begin with pipeline.py (the order) and gateway.py (a request's way in)."""
