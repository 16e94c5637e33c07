"""What a node is called where many nodes keep things together."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def node_id(folder: Path) -> str:
    """The name of the node that has this data folder: as long as it lives. Raises OSError."""
    file = folder / "node"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        fresh = folder / f"node.{os.getpid()}"
        fresh.write_text(secrets.token_hex(8))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)  # the first process of the node wins
        fresh.unlink()
    return file.read_text().strip()
