"""The server's side of WebSocket (RFC 6455), on the connections of the HTTP/1.1 server."""
