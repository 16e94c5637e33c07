"""Other AWS services for local use, served by moto. Only `backends` imports it, in a process of its own."""
