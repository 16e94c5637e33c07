"""What a user can set or type is in the documentation. The list of what is not may only shrink."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gatewright.cli.main import cli
from gatewright.settings import describe

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = (
    _ROOT / "README.md",
    _ROOT / "CONTRIBUTING.md",
    *sorted((_ROOT / "docs").rglob("*.md")),
    *sorted((_ROOT / "examples").rglob("*.md")),
)
_TEXT = "\n".join(page.read_text() for page in _PAGES)

NOT_DOCUMENTED: frozenset[str] = frozenset()


_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")
_TYPED = re.compile(r"^\s*(?:\S+=\S+ )*(?:eval \"\$\()?(?:\S*/)?gatewright ((?:.|\\\n)*?)(?:\)\"|#|$)", re.MULTILINE)


def _commands(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _commands(f"{words} {name}".strip(), each)
    else:
        yield words, command


_COMMANDS = dict(_commands("", cli))


def _flags(command: click.Command) -> set[str]:
    options = [each for each in command.params if isinstance(each, click.Option)]
    return {flag for each in options for flag in (*each.opts, *each.secondary_opts) if flag.startswith("--")}


def _missing() -> set[str]:
    settings = {f"setting {name}" for name, *_ in describe() if f"`{name}`" not in _TEXT}
    commands = {f"command {words}" for words in _COMMANDS if f"gatewright {words}" not in _TEXT}
    flags = {
        f"flag {words} {flag}"
        for words, command in _COMMANDS.items()
        for flag in _flags(command)
        if f"`{flag.replace('--no-', '--')}`" not in _TEXT  # the negative of a switch goes without saying
    }
    return settings | commands | flags


def test_everything_is_documented_or_on_the_list() -> None:
    missing = _missing()
    assert not missing - NOT_DOCUMENTED, "document them"
    assert not NOT_DOCUMENTED - missing, "strike them from the list"


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = {link for link in _LINK.findall(page.read_text()) if not (page.parent / link).exists()}
    assert not broken


def test_what_the_pages_type_exists() -> None:
    typed = [line.split() for page in _PAGES for line in _TYPED.findall(_code(page.read_text()))]
    assert typed
    for words in typed:
        name = next((each for each in (" ".join(words[:2]), words[0]) if each in _COMMANDS), None)
        assert name is not None or words[0] == "--version", f"gatewright {' '.join(words)}"
        if name is not None:
            used = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert used <= _flags(_COMMANDS[name]), f"gatewright {' '.join(words)}"


def _code(page: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
