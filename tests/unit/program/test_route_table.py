"""Route selection: AWS's examples as a table, and every answer against a slow reading of the same rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.program.route_table import RouteTable, split_key

_EXAMPLE = ("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")


def _table(*keys: str) -> RouteTable[str]:
    return RouteTable((key, key) for key in keys)


@pytest.mark.parametrize(
    ("keys", "verb", "path", "key", "values"),
    [
        (_EXAMPLE, "GET", b"/pets/dog/1", "GET /pets/dog/1", []),
        (_EXAMPLE, "GET", b"/pets/dog/2", "GET /pets/dog/{id}", [b"2"]),
        (_EXAMPLE, "GET", b"/pets/cat/1", "GET /pets/{proxy+}", [b"cat/1"]),
        (_EXAMPLE, "POST", b"/test/5", "ANY /{proxy+}", [b"test/5"]),
        (_EXAMPLE, "GET", b"/", "$default", []),
        (("ANY /a", "GET /a"), "GET", b"/a", "GET /a", []),
        (("ANY /a", "GET /a"), "PUT", b"/a", "ANY /a", []),
        (("GET /a",), "PUT", b"/a", None, []),
        (("GET /a", "$default"), "PUT", b"/a", "$default", []),
        (("GET /{x}", "ANY /a"), "GET", b"/a", "ANY /a", []),  # the static path, though the other names the method
        (("GET /{x}", "PUT /a"), "GET", b"/a", "GET /{x}", [b"a"]),
        (("GET /{x}/b", "GET /a/{y}"), "GET", b"/a/b", "GET /a/{y}", [b"b"]),
        (("GET /{x}/b/{p+}", "GET /a/{p+}"), "GET", b"/a/b/c", "GET /a/{p+}", [b"b/c"]),
        (("GET /{x}/b/{p+}", "GET /{p+}"), "GET", b"/a/b/c", "GET /{x}/b/{p+}", [b"a", b"c"]),
        (("GET /{x}/b",), "GET", b"//b", None, []),
        (("GET /a",), "GET", b"/a/", None, []),
        (("GET /a/{p+}",), "GET", b"/a/", None, []),
        (("GET /a/{p+}",), "GET", b"/a/b/", "GET /a/{p+}", [b"b/"]),
        (("GET /a/{p+}",), "GET", b"/a", None, []),
        (("GET /",), "GET", b"/", "GET /", []),
        (("GET /a",), "GET", b"/A", None, []),
        (("GET /a/{x}/{y}",), "GET", b"/a/1/2", "GET /a/{x}/{y}", [b"1", b"2"]),
    ],
)
def test_selection(keys: tuple[str, ...], verb: str, path: bytes, key: str | None, values: list[bytes]) -> None:
    found = _table(*keys).match(verb, path)
    assert found == (None if key is None else (key, values))


@pytest.mark.parametrize(
    "keys",
    [("GET /a", "GET /a"), ("GET /{x}", "GET /{y}"), ("ANY /{x+}", "ANY /{y+}"), ("$default", "$default")],
)
def test_routes_that_mean_the_same(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"same|twice"):
        _table(*keys)


@pytest.mark.parametrize("key", ["GET", "GET a", "", "GET  /a", " /a"])
def test_no_route_keys(key: str) -> None:
    with pytest.raises(ValueError, match="no route key"):
        split_key(key)


def test_a_greedy_variable_comes_last() -> None:
    with pytest.raises(ValueError, match="last"):
        _table("GET /{p+}/a")


# --- the same rules, read slowly --------------------------------------------------------------------------------------

_SEGMENT = st.sampled_from(["a", "b", "{x}"])
_PATH = st.builds(
    lambda segments, greedy: "/" + "/".join([*segments, *(["{p+}"] if greedy else [])]),
    st.lists(_SEGMENT, max_size=3),
    st.booleans(),
)
_KEY = st.builds("{} {}".format, st.sampled_from(["GET", "PUT", "ANY"]), _PATH)
_KEYS = st.lists(st.one_of(_KEY, st.just("$default")), max_size=8, unique=True)
_REQUEST = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=5).map(lambda parts: "/" + "/".join(parts))


@given(keys=_KEYS, verb=st.sampled_from(["GET", "PUT", "PATCH"]), path=_REQUEST)
def test_every_answer_is_the_slow_one(keys: list[str], verb: str, path: str) -> None:
    found = _table(*keys).match(verb, path.encode())
    assert (found[0] if found else None) == _slow(keys, verb, path)


def _slow(keys: list[str], verb: str, path: str) -> str | None:
    """The best of all keys that match, by rank: full before greedy before $default, literal before variable."""
    ranked = [(rank, key) for key in keys if (rank := _rank(key, verb, path)) is not None]
    return min(ranked)[1] if ranked else None


def _rank(key: str, verb: str, path: str) -> tuple[object, ...] | None:
    if key == "$default":
        return (2,)
    method, route = split_key(key)
    if method not in (verb, "ANY"):
        return None
    wanted = route[1:].split("/") if route != "/" else []
    given_ = path[1:].split("/") if path != "/" else []
    greedy = bool(wanted) and wanted[-1] == "{p+}"
    fixed = wanted[:-1] if greedy else wanted
    if greedy:
        if len(given_) <= len(fixed) or not "/".join(given_[len(fixed) :]):
            return None
    elif len(given_) != len(fixed):
        return None
    order: list[int] = []
    for want, have in zip(fixed, given_, strict=False):
        if want == "{x}":
            if not have:
                return None
            order.append(1)
        elif want != have:
            return None
        else:
            order.append(0)
    # Where one route's fixed part ends and its greedy variable begins, the other's goes on: the longer one is stronger.
    return (1 if greedy else 0, [*order, 2], method == "ANY")
