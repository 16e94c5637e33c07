"""The `gatewright` command and what its subcommands share."""

from __future__ import annotations

import click

from gatewright import __version__
from gatewright.cli.check import check
from gatewright.cli.cost import cost
from gatewright.cli.credentials import credentials
from gatewright.cli.demo import demo
from gatewright.cli.diff import diff
from gatewright.cli.env import env
from gatewright.cli.explain import explain
from gatewright.cli.functions import functions
from gatewright.cli.logs import logs
from gatewright.cli.serve import serve
from gatewright.cli.status import status


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gatewright")
def cli() -> None:
    """Amazon API Gateway as software that you run yourself."""


cli.add_command(serve)
cli.add_command(env)
cli.add_command(demo)
cli.add_command(functions)
cli.add_command(credentials)
cli.add_command(status)
cli.add_command(diff)
cli.add_command(check)
cli.add_command(cost)
cli.add_command(logs)
cli.add_command(explain)
