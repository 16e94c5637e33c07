"""Deployment packages on disk: checked, unpacked, durable, and swept when nothing refers to them any more.

    <data>/functions/<account>/<region>/<name>/<sha256 of the zip>.zip      as uploaded: what GetFunction hands out
                                              /<sha256 of the zip>/         unpacked: the handler's LAMBDA_TASK_ROOT

A package is unpacked into a folder of another name, synced, and renamed: under its final name it is always whole. All
of this happens before the store commits the function that refers to it. Limits: 50 MB zipped, 250 MB unzipped
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
"""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import io
import lzma
import os
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gatewright.functions.names import FunctionKey

ZIPPED_LIMIT = 50 * 1024 * 1024
UNZIPPED_LIMIT = 250 * 1024 * 1024
ENTRY_LIMIT = 100_000

# What reading a damaged archive can raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
)


class PackageError(ValueError):
    """A deployment package that is refused; the message is AWS's."""


class PackageTooLargeError(PackageError):
    """The zip itself is larger than allowed."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a function's document records of its code."""

    sha: str  # hex, names the files
    sha_base64: str  # CodeSha256
    size: int  # CodeSize, bytes of the zip


def describe(data: bytes) -> Package:
    """Hash and size of a zip."""
    digest = hashlib.sha256(data).digest()
    return Package(digest.hex(), base64.b64encode(digest).decode(), len(data))


def check(data: bytes) -> Package:
    """Refuse what is no sound package (for DryRun too). Raises PackageError."""
    if not data:
        raise PackageError("Uploaded file must be a non-empty zip")
    if len(data) > ZIPPED_LIMIT:
        raise PackageTooLargeError(f"Request must be smaller than {ZIPPED_LIMIT} bytes for the code of a function")
    with _opened(data) as archive:
        entries = archive.infolist()
        if not any(not e.is_dir() for e in entries):
            raise PackageError("Uploaded file must be a non-empty zip")
        if len(entries) > ENTRY_LIMIT or sum(e.file_size for e in entries) > UNZIPPED_LIMIT:
            raise PackageError(f"Unzipped size must be smaller than {UNZIPPED_LIMIT} bytes")
        for entry in entries:
            _place(entry)
    return describe(data)


class CodeStore:
    """The packages of all functions under one folder. Blocks: for worker threads."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, key: FunctionKey) -> Path:
        return self._root / key.account / key.region / key.name

    def task_root(self, key: FunctionKey, sha: str) -> Path:
        """Where the package with this hash is unpacked."""
        return self.folder(key) / sha

    def zip_path(self, key: FunctionKey, sha: str) -> Path:
        return self.folder(key) / f"{sha}.zip"

    def add(self, key: FunctionKey, data: bytes) -> Package:
        """Check, unpack and sync a package. Raises PackageError; adding the same again costs a check."""
        package = check(data)
        folder, final = self.folder(key), self.task_root(key, package.sha)
        if final.is_dir() and self.zip_path(key, package.sha).is_file():
            return package
        _make_durable_folder(folder)
        scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        try:
            scratch.chmod(0o755)
            _unpack(data, scratch)
            zipped = scratch.with_suffix(".zip")
            _write(zipped, data)
            zipped.replace(self.zip_path(key, package.sha))
            if final.exists():
                shutil.rmtree(final)
            scratch.rename(final)
            _sync_folder(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.with_suffix(".zip").unlink(missing_ok=True)
        return package

    def keep(self, key: FunctionKey, used: set[str]) -> None:
        """Remove a function's packages that are not used (any more); no process may run from them."""
        folder = self.folder(key)
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.removesuffix(".zip") not in used:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
        if not used:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def sweep(self, used: dict[FunctionKey, set[str]]) -> None:
        """Remove what no function refers to; for the start, when no process runs from here."""
        for folder in self._root.glob("*/*/*"):
            key = FunctionKey(*folder.parts[-3:])
            self.keep(key, used.get(key, set()))


def zip_folder(folder: Path) -> bytes:
    """A package of a folder on disk, the same bytes for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in walk(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (stat.S_IMODE(path.stat().st_mode) | stat.S_IFREG) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def walk(folder: Path) -> Iterator[Path]:
    """The files of a source folder in a fixed order, without what tools leave behind."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", ".git", ".venv"))
        for name in sorted(files):
            path = Path(parent, name)
            if path.is_file():
                yield path


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (*_DAMAGE, OSError) as error:
        raise _unreadable() from error


def _unreadable() -> PackageError:
    return PackageError("Could not unzip uploaded file. Please check your file, then try to upload again.")


def _place(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Where an entry goes, relative to the root. Raises PackageError for a place outside."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in entry.filename or (path.parts and ":" in path.parts[0]):
        raise _unreadable()
    return path


def _unpack(data: bytes, root: Path) -> None:
    """Write all entries below `root` and sync them. Links come last, so that nothing is written through one."""
    links: list[tuple[Path, str]] = []
    left = UNZIPPED_LIMIT
    with _opened(data) as archive:
        for entry in archive.infolist():
            target = root / _place(entry)
            content = b"" if entry.is_dir() else _content(archive, entry, left)
            left -= len(content)
            if stat.S_ISLNK(entry.external_attr >> 16):
                links.append((target, content.decode("utf-8", "surrogateescape")))
            else:
                with _placing():
                    _put(target, content, entry)
    for target, to in links:
        with _placing():
            _link(root, target, to)
    for parent, _, _ in os.walk(root):
        _sync_folder(Path(parent))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """What an entry holds, whatever size it claims. Raises PackageError."""
    try:
        with archive.open(entry) as source:
            content = source.read(limit + 1)
    except (*_DAMAGE, OSError) as error:
        raise _unreadable() from error
    if len(content) > limit:
        raise PackageError(f"Unzipped size must be smaller than {UNZIPPED_LIMIT} bytes")
    return content


@contextlib.contextmanager
def _placing() -> Iterator[None]:
    """Names that cannot be had on a disk are the package's fault; a full disk is not."""
    try:
        yield
    except (FileExistsError, NotADirectoryError, IsADirectoryError, ValueError, RuntimeError) as error:
        raise _unreadable() from error
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.EILSEQ):
            raise _unreadable() from error
        raise


def _put(target: Path, content: bytes, entry: zipfile.ZipInfo) -> None:
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, content)
    target.chmod(0o644 | (stat.S_IMODE(entry.external_attr >> 16) & 0o755))


def _link(root: Path, target: Path, to: str) -> None:
    """Make a symbolic link that stays inside. Raises PackageError."""
    inside = os.path.normpath(os.path.join(target.parent, to))
    if os.path.isabs(to) or not (inside + os.sep).startswith(str(root) + os.sep):
        raise _unreadable()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(to)
    if not target.resolve().is_relative_to(root.resolve()):
        raise _unreadable()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_durable_folder(path: Path) -> None:
    """`mkdir -p` whose result survives a power cut."""
    if path.is_dir():
        return
    _make_durable_folder(path.parent)
    path.mkdir(exist_ok=True)
    _sync_folder(path.parent)
