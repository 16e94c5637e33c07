"""AWS's precedence, and a naive reference that any trie must agree with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.program.trie import Trie, parameter_names


def _match(routes: list[str], path: str) -> tuple[str, dict[str, str]] | None:
    found = Trie((route, route) for route in routes).match(path.encode())
    if found is None:
        return None
    route = found[0]
    return route, dict(zip(parameter_names(route), (value.decode() for value in found[1]), strict=True))


@pytest.mark.parametrize(
    ("path", "route", "parameters"),
    [
        ("/", "/", {}),
        ("/pets", "/pets", {}),
        ("/pets/", "/pets", {}),
        ("/Pets", "/{proxy+}", {"proxy": "Pets"}),
        ("/pets/mine", "/pets/mine", {}),
        ("/pets/7", "/pets/{id}", {"id": "7"}),
        ("/pets/7/", "/pets/{id}", {"id": "7"}),
        ("/pets/a%2Fb", "/pets/{id}", {"id": "a%2Fb"}),
        ("/pets/7/toys", "/pets/{id}/toys", {"id": "7"}),
        ("/pets/mine/toys", "/pets/{id}/toys", {"id": "mine"}),
        ("/pets/7/toys/1", "/{proxy+}", {"proxy": "pets/7/toys/1"}),
        ("/pets//toys", "/{proxy+}", {"proxy": "pets//toys"}),
        ("/files/a/b/c", "/files/{path+}", {"path": "a/b/c"}),
        ("/files/a//b/", "/files/{path+}", {"path": "a//b"}),
        ("/files", "/{proxy+}", {"proxy": "files"}),
    ],
)
def test_precedence(path: str, route: str, parameters: dict[str, str]) -> None:
    routes = ["/", "/{proxy+}", "/pets", "/pets/{id}", "/pets/mine", "/pets/{id}/toys", "/files/{path+}"]
    assert _match(routes, path) == (route, parameters)


def test_a_greedy_variable_needs_a_segment() -> None:
    assert _match(["/{proxy+}"], "/") is None
    assert _match(["/a/{proxy+}"], "/a/") is None
    assert _match(["/a"], "/a/b") is None
    assert _match([], "/") is None


@pytest.mark.parametrize("routes", [["/a", "/a"], ["/{a}", "/{b}"], ["/{a+}/b"], ["/{a+}", "/{b+}"]])
def test_routes_that_contradict_each_other(routes: list[str]) -> None:
    with pytest.raises(ValueError, match="/"):
        Trie((route, route) for route in routes)


_SEGMENT = st.sampled_from(["a", "b", "ab", "{x}", "x"])
_ROUTES = st.lists(
    st.builds(
        lambda parts, greedy: "/" + "/".join([*parts, "{g+}"] if greedy else parts),
        st.lists(_SEGMENT, max_size=4),
        st.booleans(),
    ),
    max_size=12,
    unique=True,
)
_PATH = st.lists(st.sampled_from(["a", "b", "ab", "x", "", "c"]), max_size=6).map(lambda parts: "/" + "/".join(parts))


def _reference(routes: list[str], path: str) -> str | None:
    """All routes that fit, compared segment by segment: literal before variable before greedy."""
    segments = [part for part in [path.strip("/")] if part]
    segments = segments[0].split("/") if segments else []
    fitting = [(rank, route) for route in routes if (rank := _rank(route, segments)) is not None]
    return min(fitting)[1] if fitting else None


def _rank(route: str, segments: list[str]) -> tuple[int, ...] | None:
    rank: list[int] = []
    parts = [part for part in route.split("/") if part]
    for index, part in enumerate(parts):
        if index >= len(segments):
            return None
        if part.endswith("+}"):
            return (*rank, 2)
        if part.startswith("{"):
            if not segments[index]:
                return None
            rank.append(1)
        elif part == segments[index]:
            rank.append(0)
        else:
            return None
    return tuple(rank) if len(parts) == len(segments) else None


@given(_ROUTES, _PATH)
def test_agrees_with_the_reference(routes: list[str], path: str) -> None:
    found = _match(routes, path)
    assert (found and found[0]) == _reference(routes, path)
