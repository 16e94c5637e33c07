"""State that many nodes share, in Valkey or Redis: buckets, quotas, caches, and what has been used of quotas.

Why this store, this client and these books: docs/decisions/0017.
"""
