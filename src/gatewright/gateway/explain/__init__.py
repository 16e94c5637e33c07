"""Words for what happened to a request: `gatewright explain`.

A record of the ring (`gateway.seen`) goes in, an `Explanation` comes out: what each step decided, why an error was
answered, and what to do about it. Nothing here runs while a request is served. A table (rules.py) says who explains
which error; who raises a new one adds a row, or its test fails.
"""
