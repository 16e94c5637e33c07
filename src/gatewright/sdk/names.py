"""Names of methods, parameters and models: ASCII letters, digits and underscores, never a digit first, never twice.

AWS's JavaScript clients name a method by its path and verb: GET /pets/{petId} is `petsPetIdGet`, GET / is `rootGet`.
"""

from __future__ import annotations

import keyword
import re

_WORD = re.compile(r"[A-Za-z0-9]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Taken:
    """Names of one scope: who comes first has the name, later ones get a number."""

    def __init__(self, *reserved: str) -> None:
        self._names = set(reserved)

    def give(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted}_{number}" if wanted.islower() and "_" in wanted else f"{wanted}{number}"
        self._names.add(name)
        return name

    def free(self, wanted: str) -> bool:
        return wanted not in self._names


def by_path(path: str, verb: str) -> str:
    """`petsPetIdGet` for GET /pets/{petId}."""
    return camel(" ".join([*(_WORD.findall(path) or ["root"]), verb.capitalize()]))


def camel(text: str) -> str:
    """`listPets` for "List pets" and for "ListPets"; "" when there is nothing to make a name of."""
    words = _WORD.findall(text)
    if not words:
        return ""
    first = words[0][0].lower() + words[0][1:]
    return _begin(first + "".join(word[0].upper() + word[1:] for word in words[1:]))


def pascal(text: str) -> str:
    """`NewPet` for "newPet"."""
    name = camel(text)
    name = name[:1].upper() + name[1:]
    return f"{name}_" if keyword.iskeyword(name) else name


def snake(text: str) -> str:
    """`list_pets` for "ListPets"; with an underscore at the end where Python has a word of that name."""
    name = "_".join(part.lower() for word in _WORD.findall(text) for part in _HUMP.split(word) if part)
    name = _begin(name)
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) else name


def _begin(name: str) -> str:
    return f"_{name}" if name[:1].isdigit() else name
