"""What a portal shows, and the files that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]  # an OpenAPI document


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Markdown."""

    id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of a stage. `document` describes this method alone, `url` is where the stage is called."""

    id: str
    name: str
    method: str
    path: str
    url: str
    body: str  # Markdown
    try_it: bool
    document: Document


@dataclass(frozen=True, slots=True)
class Section:
    """Endpoints under a heading."""

    name: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The methods of one stage that a product shows, in one document."""

    title: str
    document: Document


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: str
    description: str
    overview: Page | None
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """`colors`: the six of a portal's theme, by AWS's names, each checked with `theme.is_color`."""

    name: str
    description: str
    colors: Mapping[str, str]
    products: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of a site. `connect`: origins (with paths) that its scripts may call."""

    type: str
    text: str
    connect: tuple[str, ...] = field(default=())
