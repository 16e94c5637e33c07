from __future__ import annotations

import io
import zipfile

from gatewright.sdk.archive import pack


def test_the_same_files_give_the_same_bytes() -> None:
    files = {"b/c.txt": "ü", "a.txt": "x"}
    packed = pack(files)
    assert packed == pack(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["a.txt", "b/c.txt"]
        assert archive.read("b/c.txt").decode() == "ü"
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
