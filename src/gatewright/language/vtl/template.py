"""Templates: compiled once, rendered often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gatewright.language.vtl.code_units import join_surrogates
from gatewright.language.vtl.compile_blocks import Compiler
from gatewright.language.vtl.errors import Failure, TemplateError
from gatewright.language.vtl.nodes import Block, Text
from gatewright.language.vtl.parser import parse
from gatewright.language.vtl.plain import plain_of
from gatewright.language.vtl.running import Frame, Run, Stop
from gatewright.language.vtl.values import MAX_TEXT

MAX_TEMPLATE: Final = 300 * 1024  # bytes (AWS quota: "Mapping template size 300 KB")
_FEW: Final = 4  # parts are joined before their length is known
_TOO_LONG: Final = f"The output is longer than {MAX_TEXT} characters"


class Template:
    """A compiled template.

    `roots`: names of the variables it reads or writes ("input", "context", ...). A template with #evaluate can read
    any: then AWS's are all among them. `literal`: its text when it has neither directive nor reference.
    """

    __slots__ = ("__weakref__", "_body", "_macros", "_plain", "literal", "roots")

    def __init__(self, tree: Block, compiler: Compiler) -> None:
        self._body = compiler.block(tree)
        self._macros = compiler.macros
        self.roots: frozenset[str] = frozenset(compiler.values.roots)
        self._plain = plain_of(tree)
        plain = all(isinstance(child, Text) for child in tree.children)
        self.literal: str | None = _encodable("".join(_texts(tree))) if plain else None

    def render(self, variables: Mapping[str, Any]) -> str:
        """The text. Maps and lists among the variables may be changed by the template. Raises TemplateError."""
        parts = None if self._plain is None else self._plain.run(variables)
        if parts is None:
            parts = self._run(variables)
        if len(parts) > _FEW and sum(map(len, parts)) > MAX_TEXT:
            raise TemplateError(_TOO_LONG)
        text = "".join(parts)
        if len(text) > MAX_TEXT:
            raise TemplateError(_TOO_LONG)
        return text if text.isascii() else _encodable(text)

    def _run(self, variables: Mapping[str, Any]) -> list[str]:
        """What the engine writes. Raises TemplateError."""
        parts: list[str] = []
        write = parts.append
        frame = Frame(dict(variables), Run(self._macros))
        try:
            for statement in self._body:
                statement(frame, write)
        except Stop:
            pass
        except RecursionError:
            raise TemplateError("Nested too deeply") from None
        except Failure as failure:  # of an object that fails where members are only read
            raise TemplateError(str(failure)) from None
        return parts


def compile_template(text: str, *, aws: bool = True) -> Template:
    """The template of a text. `aws=False`: as a plain Velocity 1.7 engine. Raises TemplateError."""
    if len(text) > MAX_TEMPLATE or (not text.isascii() and len(text.encode("utf-8", "replace")) > MAX_TEMPLATE):
        raise TemplateError(f"The template is larger than {MAX_TEMPLATE // 1024} KB")
    try:
        return Template(parse(text), Compiler(text, aws=aws))
    except RecursionError:
        raise TemplateError("Nested too deeply") from None


def _texts(tree: Block) -> list[str]:
    return [child.text for child in tree.children if isinstance(child, Text)]


def _encodable(text: str) -> str:
    """Surrogates joined; what remains of them prints as a question mark, as Java writes it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return join_surrogates(text).encode("utf-8", "replace").decode()
    return text
