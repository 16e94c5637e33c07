"""HTTP APIs: what differs from REST APIs in selecting, calling and answering. See pipeline.py for the order."""
