"""What patching a path does to a document: the building blocks of the patch tables.

Each function here makes an `Effect`. Values arrive as strings; converters turn them into the member's type or raise
PatchError in AWS's words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from gatewright.catalog.patch import Document, Effect, Operation, PatchError

Convert = Callable[["str | None"], Any]  # None result: the member is taken away

# As AWS reads numbers: neither spaces nor underscores nor digits of other scripts, which Python would take.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")

NO_PARAMETER = "Invalid parameter name specified"
NO_CONTENT_TYPE = "Content-Type specified was not found"


def text(value: str | None) -> str | None:
    """A string as it is; absent or empty takes the member away (unverified for the empty string)."""
    return value or None


def kept_text(value: str | None) -> str:
    """A string that may be empty and is then shown as such."""
    return value or ""


def required(message: str) -> Convert:
    """A string that must not be empty."""

    def convert(value: str | None) -> str:
        if not value:
            raise PatchError(message)
        return value

    return convert


def boolean(value: str | None) -> bool:
    """AWS reads anything but "true" as false (recorded)."""
    return (value or "").lower() == "true"


def whole(value: str | None) -> int | None:
    """A whole number, None when it is none."""
    return int(value) if value and _WHOLE.fullmatch(value) else None


def integer(low: int, high: int, message: str, *, empty_clears: bool = False) -> Convert:
    """A whole number in [low, high]."""

    def convert(value: str | None) -> int | None:
        if empty_clears and not value:
            return None
        number = whole(value)
        if number is None or not low <= number <= high:
            raise PatchError(message)
        return number

    return convert


def number(low: float, high: float, message: str) -> Convert:
    """A number in [low, high]."""

    def convert(value: str | None) -> float:
        result = float(value) if _NUMBER.fullmatch(value or "") and value else math.nan
        if not low <= result <= high:
            raise PatchError(message)
        return result

    return convert


def choice(allowed: tuple[str, ...], message: str) -> Convert:
    """One of a few words."""

    def convert(value: str | None) -> str:
        if value not in allowed:
            raise PatchError(message)
        return value

    return convert


def member(*names: str, convert: Convert = text) -> Effect:
    """add and replace set a member (in nested structures when several names are given), remove takes it away."""
    *outer, name = names

    def effect(document: Document, _keys: tuple[str, ...], patch: Operation) -> None:
        value = None if patch.op == "remove" else convert(patch.value)
        holder = document
        for step in outer:
            holder = holder.setdefault(step, {})
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = value

    return effect


def entry(name: str, convert: Convert = kept_text, *, missing: str = NO_PARAMETER) -> Effect:
    """One key of a map: replace and remove need it to be there (404 otherwise); an emptied map disappears."""

    def effect(document: Document, keys: tuple[str, ...], patch: Operation) -> None:
        entries = document.get(name) or {}
        if patch.op != "add" and keys[0] not in entries:
            raise PatchError(missing, "NotFoundException")
        if patch.op == "remove":
            del entries[keys[0]]
        else:
            entries[keys[0]] = convert(patch.value)
        _keep(document, name, entries)

    return effect


def template(value: str | None) -> str | None:
    """A mapping template: the empty one is shown as null (recorded)."""
    return value or None


def element(name: str, *, keep_empty: bool = False) -> Effect:
    """A list patched like a set whose members are the path's last segment; replace moves the new value to the end."""

    def effect(document: Document, keys: tuple[str, ...], patch: Operation) -> None:
        items = [item for item in document.get(name) or [] if patch.op == "add" or item != keys[0]]
        added = {"add": keys[0], "replace": patch.value, "remove": None}[patch.op]
        if added is not None and added not in items:
            items.append(added)
        _keep(document, name, items, keep_empty=keep_empty)

    return effect


def value_element(*names: str) -> Effect:
    """A list patched like a set whose members are given as values."""
    *outer, name = names

    def effect(document: Document, _keys: tuple[str, ...], patch: Operation) -> None:
        holder = document
        for step in outer:
            holder = holder.setdefault(step, {})
        items = [item for item in holder.get(name) or [] if item != patch.value]
        if patch.op == "add" and patch.value:
            items.append(patch.value)
        _keep(holder, name, items)

    return effect


def _keep(document: Document, name: str, value: Any, *, keep_empty: bool = False) -> None:
    if value or keep_empty:
        document[name] = value
    else:
        document.pop(name, None)
