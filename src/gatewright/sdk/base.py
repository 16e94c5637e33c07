"""What a client is generated from: an API as its callers see it.

Theory of operation. `describe` makes an `Api` of a deployment's snapshot; `javascript` and `python` choose names
(`names`) and fill their templates (`render`), which gives files by path; `archive` zips them with fixed dates, so that
one deployment always gives the same bytes. Names of methods, parameters and models are made of ASCII letters, digits
and underscores only; every other text of the API (paths, parameter names, descriptions, schemas) enters generated code
as a string literal, never as code: names and texts come from whoever writes the API and must not reach further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Files = dict[str, str]  # path in the archive → text
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a request. `place`: "path", "querystring" or "header"."""

    name: str
    place: str
    required: bool


@dataclass(frozen=True, slots=True)
class Method:
    """A method with one verb. `body` and `returns` ({status code: model}) name models."""

    path: str
    verb: str
    operation: str  # AWS's operationName, "" when there is none
    parameters: tuple[Parameter, ...]
    body: str | None
    returns: Mapping[str, str]
    authorization: str
    api_key: bool


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its schema as a JSON value, {} when it is none."""

    name: str
    description: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Api:
    """A deployed API. `url` is where its stage is called, without a slash at the end."""

    name: str
    version: str
    description: str
    region: str
    url: str
    methods: tuple[Method, ...]
    models: tuple[Model, ...]
