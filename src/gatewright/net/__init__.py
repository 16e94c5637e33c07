"""Bytes on the wire: HTTP/1.1 server, upstream client, TLS. Knows nothing of APIs."""
