"""A cache that only those can read who have the key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from gatewright.clock import FakeClock
from gatewright.state.memory import MemoryCache
from gatewright.state.sealed import SealedCache

SECRET = bytes(32)


def test_values_come_back_under_their_keys_only() -> None:
    inner = MemoryCache(FakeClock(), 1 << 20)
    sealed = SealedCache(inner, SECRET)
    sealed.put(b"one", b"1", 10)
    sealed.put(b"two", b"2", 10)
    assert (sealed.get(b"one"), sealed.get(b"two"), sealed.get(b"three")) == (b"1", b"2", None)
    assert SealedCache(inner, SECRET).get(b"one") == b"1", "another worker has the same key"
    assert SealedCache(inner, bytes([1] * 32)).get(b"one") is None
    sealed.clear()
    assert sealed.get(b"one") is None


def test_the_store_sees_neither_keys_nor_values_and_the_same_value_is_never_the_same() -> None:
    inner = MemoryCache(FakeClock(), 1 << 20)
    sealed = SealedCache(inner, SECRET)
    sealed.put(b"a key", b"a value", 10)
    ((key, (_, first)),) = inner._entries.items()
    sealed.put(b"a key", b"a value", 10)
    ((same, (_, second)),) = inner._entries.items()
    assert key == same
    assert first != second
    assert b"key" not in key
    assert b"value" not in first


def test_what_was_changed_or_moved_counts_as_not_there() -> None:
    inner = MemoryCache(FakeClock(), 1 << 20)
    sealed = SealedCache(inner, SECRET)
    sealed.put(b"one", b"1", 10)
    sealed.put(b"two", b"2", 10)
    (one, (_, value)), (two, _) = inner._entries.items()
    inner.put(two, value, 10)
    inner.put(one, value[:-1] + bytes([value[-1] ^ 1]), 10)
    assert (sealed.get(b"one"), sealed.get(b"two")) == (None, None)
    inner.put(one, b"short", 10)
    assert sealed.get(b"one") is None


def test_what_was_opened_counts_as_long_as_the_store_has_it() -> None:
    clock = FakeClock()
    inner = MemoryCache(clock, 1 << 20)
    sealed = SealedCache(inner, SECRET)
    for value in (b"1", b"2", b"x" * 100_000):
        sealed.put(b"one", value, 10)
        assert [sealed.get(b"one") for _ in range(2)] == [value] * 2
    ((digest, (_, data)),) = inner._entries.items()
    inner.put(digest, data[:-1] + bytes([data[-1] ^ 1]), 10)
    assert sealed.get(b"one") is None
    sealed.put(b"one", b"3", 10)
    assert sealed.get(b"one") == b"3"
    clock.advance(10)
    assert sealed.get(b"one") is None
    for number in range(1000):
        sealed.put(b"%d" % number, b"value", 10)
        assert sealed.get(b"%d" % number) == b"value"
    assert len(sealed._opened) <= 256


class Later:
    """A cache that has to be asked."""

    def __init__(self, inner: MemoryCache) -> None:
        self._inner = inner
        self.put, self.clear = inner.put, inner.clear

    async def get(self, key: bytes) -> bytes | None:
        return self._inner.get(key)


def test_a_store_that_has_to_be_asked() -> None:
    sealed = SealedCache(Later(MemoryCache(FakeClock(), 1 << 20)), SECRET)
    sealed.put(b"one", b"1", 10)

    async def ask(key: bytes) -> bytes | None:
        found = sealed.get(key)
        assert isinstance(found, Awaitable)
        return await found

    assert asyncio.run(ask(b"one")) == b"1"
    assert asyncio.run(ask(b"two")) is None
