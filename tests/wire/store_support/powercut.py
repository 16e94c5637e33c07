"""What a disk may hold after a power cut, rebuilt from a trace.

The model is stricter than any common file system. A change of a file's content or length is certain to survive only
after a later sync of that file; an entry of a folder (a new, removed or renamed file) only after a later sync of that
folder. Syncing a file says nothing about its name. What was not synced may be there in whole, in part, or not at all:

- `NOTHING`: none of it is there;
- `EVERYTHING`: all of it is there, as after kill -9;
- `SOME`: each change or not, writes possibly torn at 512 bytes; of a folder's changes the first few.

A folder's changes keep their order because every journalling file system keeps it; contents do not.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tests.wire.store_support.recorder import Event, Op, Trace

SECTOR = 512


class Survivors(Enum):
    NOTHING = "nothing"
    EVERYTHING = "everything"
    SOME = "some"


@dataclass(slots=True)
class File:
    """Content that is on the disk, and changes that may not be: (event number, offset, data; None: cut at offset)."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, int, bytes | None]] = field(default_factory=list)


@dataclass(slots=True)
class Folder:
    """Entries that are on the disk, and changes that may not be: (event number, {name: node; None: removed})."""

    entries: dict[str, Node] = field(default_factory=dict)
    pending: list[tuple[int, dict[str, Node | None]]] = field(default_factory=list)

    def now(self) -> dict[str, Node]:
        return _with_changes(self.entries, [change for _, change in self.pending])


Node = File | Folder


class Disk:
    """A disk on which a trace is played event by event; at any point it can be written out as after a power cut."""

    def __init__(self, trace: Trace, *, ignore: Callable[[Event], bool] = lambda event: False) -> None:
        """`ignore`: syncs that shall have no effect, to prove that a missing one is noticed."""
        self._root = trace.root
        self._ignore = ignore
        self._nodes: dict[tuple[int, int], Node] = {}
        self._begun: dict[tuple[int, tuple[int, int]], int] = {}
        self._count = 0
        self._tree = _load(trace.before)

    def play(self, event: Event) -> None:
        self._count += 1
        match event.op:
            case Op.CREATE | Op.MKDIR:
                self._create(event)
            case Op.WRITE:
                self._file(event).pending.append((self._count, event.offset, event.data))
            case Op.TRUNCATE:
                self._file(event).pending.append((self._count, event.offset, None))
            case Op.SYNC_BEGIN:
                self._begun[event.thread, event.file] = self._count
            case Op.SYNC_END:
                begun = self._begun.pop((event.thread, event.file))
                if not self._ignore(event):
                    _sync(self._at(event.path, event.file), begun)
            case Op.UNLINK | Op.RMDIR:
                folder, name = self._parent(event.path)
                folder.pending.append((self._count, {name: None}))
            case Op.RENAME:
                self._rename(event.path, os.fsdecode(event.data))

    def cut(self, target: Path, survivors: Survivors, chance: random.Random) -> None:
        """Write out what the disk holds after a power cut now."""
        _write_out(self._tree, target, survivors, chance)

    def _create(self, event: Event) -> None:
        folder, name = self._parent(event.path)
        if name in folder.now():  # two processes created it at once, and both said so
            return
        node: Node = Folder() if event.op is Op.MKDIR else File()
        self._nodes[event.file] = node
        folder.pending.append((self._count, {name: node}))

    def _rename(self, source: str, target: str) -> None:
        (old, old_name), (new, new_name) = self._parent(source), self._parent(target)
        node = old.now()[old_name]
        if old is new:
            old.pending.append((self._count, {old_name: None, new_name: node}))
        else:
            new.pending.append((self._count, {new_name: node}))
            old.pending.append((self._count, {old_name: None}))

    def _file(self, event: Event) -> File:
        node = self._at(event.path, event.file)
        assert isinstance(node, File), event.path
        return node

    def _at(self, path: str, identity: tuple[int, int]) -> Node:
        """A node by its inode where the trace has created it (it may be unlinked by now), else by its name."""
        if identity not in self._nodes:
            try:
                self._nodes[identity] = self._walk(Path(path))
            except KeyError:
                self._nodes[identity] = self._unseen(path)
        return self._nodes[identity]

    def _unseen(self, path: str) -> File:
        """A file whose creation the recorder cannot see (stdio, links): as if it was created now."""
        file = File()
        if not path.endswith(" (deleted)"):  # the kernel's mark of a file without a name
            folder, name = self._parent(path)
            folder.pending.append((self._count, {name: file}))
        return file

    def _parent(self, path: str) -> tuple[Folder, str]:
        folder = self._walk(Path(path).parent)
        assert isinstance(folder, Folder)
        return folder, Path(path).name

    def _walk(self, path: Path) -> Node:
        node: Node = self._tree
        for name in path.relative_to(self._root).parts:
            assert isinstance(node, Folder), path
            node = node.now()[name]
        return node


def _with_changes(entries: dict[str, Node], changes: list[dict[str, Node | None]]) -> dict[str, Node]:
    result: dict[str, Node | None] = dict(entries)
    for change in changes:
        result |= change
    return {name: node for name, node in result.items() if node is not None}


def _load(path: Path) -> Folder:
    return Folder(
        {each.name: _load(each) if each.is_dir() else File(bytearray(each.read_bytes())) for each in path.iterdir()}
    )


def _sync(node: Node, begun: int) -> None:
    if isinstance(node, Folder):
        node.entries = _with_changes(node.entries, [change for at, change in node.pending if at < begun])
        node.pending = [each for each in node.pending if each[0] >= begun]
        return
    for at, offset, data in node.pending:
        if at < begun:
            _apply(node.content, offset, data)
    node.pending = [each for each in node.pending if each[0] >= begun]


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    length = offset if data is None else offset + len(data)
    if len(content) < length:
        content.extend(bytes(length - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:length] = data


def _write_out(node: Node, target: Path, survivors: Survivors, chance: random.Random) -> None:
    if isinstance(node, File):
        target.write_bytes(_content(node, survivors, chance))
        return
    target.mkdir(exist_ok=True)
    some = {
        Survivors.NOTHING: 0,
        Survivors.EVERYTHING: len(node.pending),
        Survivors.SOME: chance.randint(0, len(node.pending)),
    }
    changes = [change for _, change in node.pending[: some[survivors]]]
    for name, inner in _with_changes(node.entries, changes).items():
        _write_out(inner, target / name, survivors, chance)


def _content(file: File, survivors: Survivors, chance: random.Random) -> bytes:
    if survivors is Survivors.NOTHING or not file.pending:
        return bytes(file.content)
    content = bytearray(file.content)
    for _, offset, data in file.pending:
        if survivors is Survivors.EVERYTHING:
            _apply(content, offset, data)
        elif data is None:
            if chance.random() < 0.5:
                _apply(content, offset, data)
        else:
            _tear(content, offset, data, chance)
    return bytes(content)


def _tear(content: bytearray, offset: int, data: bytes, chance: random.Random) -> None:
    """Apply all of a write, none of it, or some of its sectors."""
    fate = chance.random()
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        if fate < 1 / 3 or (fate < 2 / 3 and chance.random() < 0.5):
            _apply(content, offset + start, data[start:end])
        start = end
