"""Certificates that were imported into the companions' ACM, or requested from it, with their private keys.

Told to the node's own processes alone (inside.py): AWS gives a private key to services that a certificate is used with,
never to clients.
"""

from __future__ import annotations

import sys


def find(arn: str) -> str | None:
    """Certificate, chain and private key, PEM; None when there is no such certificate."""
    parts = arn.split(":")
    models = sys.modules.get("moto.acm.models")  # nobody has a certificate while ACM was not used
    if models is None or len(parts) < 6:
        return None
    account, region = parts[4], parts[3]
    backends = dict(models.acm_backends.items()).get(account)
    backend = None if backends is None else dict(backends.items()).get(region)
    bundle = None if backend is None else dict(backend._certificates).get(arn)
    if bundle is None:
        return None
    chain = (bundle.chain or b"").replace(models.AWS_ROOT_CA, b"")  # which moto adds to every chain
    return "\n".join(part.decode().strip() for part in (bundle.cert, chain, bundle.key) if part.strip()) + "\n"
