"""The function host: Lambda API, Runtime API, process pools."""
