"""Starts, watches and restarts the processes of one node. Knows processes and sockets; nothing of APIs."""
