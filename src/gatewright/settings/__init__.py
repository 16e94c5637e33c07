"""Every setting: one frozen model with a type, a default and a line of documentation each.

Sources, later ones win: defaults, TOML file (`--config` or GATEWRIGHT_CONFIG), environment (GATEWRIGHT_<NAME>), command
line. Unknown keys are refused wherever they come from. Command line and docs/settings.md are derived from the model.

A new setting is a field of `model.Settings`, beside its relatives, with its bounds; what bounds cannot say (it needs
another setting, a file, a form) is a function in `checks`, called by `checks.check`; what code reads in another form
than people write it is a property of the model. Then run docs/generate.py.
"""

from gatewright.settings.model import TABLES, Settings, SettingsError, describe
from gatewright.settings.sources import ENV_PREFIX, load

__all__ = ["ENV_PREFIX", "TABLES", "Settings", "SettingsError", "describe", "load"]
