"""What one worker has counted, in a file that is mapped into its memory: counting costs no call of the system, the
control process reads it as it is now, and when the worker is killed the operating system still has it.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

_NUMBER = struct.Struct("<Q")
_GROWTH = 64 * 1024  # bytes; 8192 places


class Tally:
    """Numbers by place, from 0. `writing`: the worker's own; others read. Raises OSError without space or access."""

    def __init__(self, file: Path, *, writing: bool) -> None:
        self._writing = writing
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT if writing else os.O_RDONLY, 0o600)
        self._map: mmap.mmap | None = None
        self._fit(_GROWTH if writing else 0)

    def add(self, place: int) -> None:
        """Count one."""
        assert self._map is not None
        _NUMBER.pack_into(self._map, place * 8, _NUMBER.unpack_from(self._map, place * 8)[0] + 1)

    def clear(self, place: int) -> None:
        """Begin at this place with 0. Raises OSError."""
        self._fit(place * 8 + 8)
        assert self._map is not None
        _NUMBER.pack_into(self._map, place * 8, 0)

    def read(self, place: int) -> int:
        """The number at a place; 0 where nobody has counted."""
        end = place * 8 + 8
        if self._map is None or len(self._map) < end:
            self._fit(0)  # its writer has made it longer
        if self._map is None or len(self._map) < end:
            return 0
        return int(_NUMBER.unpack_from(self._map, place * 8)[0])

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        os.close(self._descriptor)

    def _fit(self, needed: int) -> None:
        """Map the file as it is, which its writer makes long enough first."""
        size = os.fstat(self._descriptor).st_size
        if self._writing and needed > size:
            size = -(-needed // _GROWTH) * _GROWTH
            os.posix_fallocate(self._descriptor, 0, size)  # a full disk is an error here, and the end of us later
        if self._map is not None and len(self._map) == size:
            return
        if self._map is not None:
            self._map.close()
        access = mmap.ACCESS_WRITE if self._writing else mmap.ACCESS_READ
        self._map = mmap.mmap(self._descriptor, size, access=access) if size else None
