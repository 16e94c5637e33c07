"""What a call gives of a document's members, and what an update changes.

Updates name what changes. An empty text takes a member away (unverified; what clients send to clear one). Of maps that
are merged, entries are replaced one by one, and an empty entry goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gatewright.aws.pagination import page
from gatewright.control.call import Params
from gatewright.store.base import Body


def given(params: Params, names: Iterable[str]) -> Body:
    """The members that were given."""
    return {name: params[name] for name in names if params.get(name) not in (None, "")}


def changed(body: Body, params: Params, names: Iterable[str], merged: Iterable[str] = ()) -> Body:
    """A document after an update of these members; those of `merged` are maps that are merged."""
    after = dict(body)
    for name in names:
        if params.get(name) is not None:
            after[name] = params[name]
            if params[name] == "":
                del after[name]
    for name in merged:
        if params.get(name) is not None:
            after[name] = merge(body.get(name) or {}, params[name])
    return after


def merge(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A map after a change: empty entries are gone."""
    return {name: value for name, value in {**before, **change}.items() if value not in ("", None, {})}


def listed(items: list[Body], id_of: Callable[[Body], str], params: Params) -> Params:
    """A page of a list, in order of id."""
    items.sort(key=id_of)
    shown, token = page(items, id_of, params.get("NextToken"), params.get("MaxResults"), name="nextToken")
    return {"Items": shown, "NextToken": token}
