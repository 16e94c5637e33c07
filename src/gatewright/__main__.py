"""`python -m gatewright` is the `gatewright` command."""

from gatewright.cli import main

main()
