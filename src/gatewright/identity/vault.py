"""The vault: secrets are kept encrypted, and the key to them lies outside the database.

AES-256-GCM with a fresh nonce for each secret (NIST SP 800-38D); the access key id is authenticated with it, so that a
sealed secret that was moved to another credential does not open. The key is a file of 32 bytes in base64, made on first
use with mode 0600; one that others may read or change is refused. Whoever has a copy of the database alone has no
secrets; whoever has both files has them all.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
import tempfile
from pathlib import Path

_KEY_SIZE = 32
_NONCE_SIZE = 12
_VERSION = "1"
_PURPOSE = b"gatewright credential "


class VaultError(Exception):
    """The key or a secret cannot be used; the message is for the operator and holds no secret."""


class Vault:
    """Seals and opens secrets with the key in a file. Reads it when it is first needed; threads may share it."""

    def __init__(self, key_file: Path) -> None:
        self._file = key_file
        self._key: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a key file."""
        return self._file.exists()

    def create(self) -> None:
        """Make the key file, unless there is one. Of several processes one makes it. Raises VaultError."""
        try:
            if not self.exists:
                _write(self._file, base64.b64encode(secrets.token_bytes(_KEY_SIZE)) + b"\n")
        except OSError as error:
            raise VaultError(f"{self._file}: {error.strerror}") from None

    def seal(self, access_key: str, secret: str) -> str:
        """The secret of an access key, encrypted. Raises VaultError."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_SIZE)
        sealed = AESGCM(self._load()).encrypt(nonce, secret.encode(), _PURPOSE + access_key.encode())
        return f"{_VERSION}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, access_key: str, sealed: str) -> str:
        """The secret of an access key. Raises VaultError when it was not sealed for it with this key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        version, _, text = sealed.partition(":")
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if version != _VERSION or len(data) <= _NONCE_SIZE:
            raise VaultError(f"the secret of {access_key} was not written by this version")
        nonce, cipher = data[:_NONCE_SIZE], data[_NONCE_SIZE:]
        try:
            return AESGCM(self._load()).decrypt(nonce, cipher, _PURPOSE + access_key.encode()).decode()
        except InvalidTag:
            raise VaultError(f"the secret of {access_key} was sealed with another key than {self._file}") from None

    def _load(self) -> bytes:
        if self._key is None:
            self._key = _read(self._file)
        return self._key


def _read(file: Path) -> bytes:
    """Raises VaultError."""
    try:
        with file.open("rb") as source:
            mode = stat.S_IMODE(os.fstat(source.fileno()).st_mode)
            text = source.read(256)
    except FileNotFoundError:
        raise VaultError(f"{file}, the key of the credentials, is missing: restore it from a backup") from None
    except OSError as error:
        raise VaultError(f"{file}: {error.strerror}") from None
    if mode & 0o037:
        raise VaultError(f"{file} is open to other users (mode {mode:o}): chmod 600 {file}")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_SIZE:
        raise VaultError(f"{file} does not hold a key: {_KEY_SIZE} bytes in base64")
    return key


def _write(file: Path, data: bytes) -> None:
    """Make a file durably, its content and its name at once; one that is there already stays. Raises OSError."""
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 0600
    try:
        with open(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        os.unlink(draft)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
