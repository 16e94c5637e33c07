"""Client SDKs generated from a deployed REST API: a snapshot goes in, the bytes of a zip archive come out. Pure."""
