"""WebSocket APIs: connections, their messages, and what is sent to them from behind."""
