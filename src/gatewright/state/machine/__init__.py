"""State that the processes of one machine share, in LMDB: it outlives a worker, and the node's restart.

What must outlive the machine goes on to the durable store. Why LMDB: docs/decisions/0016.
"""
