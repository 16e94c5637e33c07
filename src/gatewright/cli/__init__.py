"""Commands, a file per group. The only place that exits the process."""

from __future__ import annotations


def main() -> None:
    """The `gatewright` command."""
    from gatewright.cli.main import cli  # imported late: the processes that serve do not need the command line

    cli()
