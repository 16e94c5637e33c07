"""Names of functions: the forms in which a caller may write one, and the ARN that AWS writes.

    my-function · my-function:live · 123456789012:function:my-function ·
    arn:aws:lambda:us-east-1:123456789012:function:my-function:live

(Invoke API, parameter FunctionName: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LATEST = "$LATEST"

_NAME = re.compile(
    r"(?:arn:(?P<partition>aws[a-zA-Z-]*):lambda:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9-_]{1,64})(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)
_QUALIFIER = re.compile(r"\$LATEST|[a-zA-Z0-9-_]{1,128}")


class BadNameError(ValueError):
    """Not a name of a function."""


@dataclass(frozen=True, slots=True)
class FunctionKey:
    """Which function."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"

    def qualified(self, qualifier: str | None) -> str:
        """The ARN with a version or alias behind it, if there is one."""
        return f"{self.arn}:{qualifier}" if qualifier else self.arn


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function as a caller named it; `qualifier` None when the caller gave none."""

    key: FunctionKey
    qualifier: str | None

    @property
    def arn(self) -> str:
        """The ARN with the caller's qualifier, as error messages show it."""
        return self.key.qualified(self.qualifier)


def parse(text: str, qualifier: str | None, account: str, region: str) -> FunctionName:
    """Read a FunctionName and the separate Qualifier; what the name leaves open is the caller's account and Region.

    Raises BadNameError: not a name at all, or two qualifiers that contradict one another.
    """
    match = _NAME.fullmatch(text)
    if match is None:
        raise BadNameError(f"Invalid function name: {text}")
    own = match["qualifier"]
    if qualifier is not None and not _QUALIFIER.fullmatch(qualifier):
        raise BadNameError(f"Invalid qualifier: {qualifier}")
    if own is not None and qualifier is not None and own != qualifier:
        raise BadNameError("The derived qualifier from the function name does not match the specified qualifier.")
    key = FunctionKey(match["account"] or account, match["region"] or region, match["name"])
    return FunctionName(key, own or qualifier)
