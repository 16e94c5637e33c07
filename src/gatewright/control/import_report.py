"""What imports of OpenAPI documents have in common, of REST APIs as of HTTP APIs: their variables and their reports.

https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.aws.base import AwsError
from gatewright.catalog import arns
from gatewright.control import errors
from gatewright.control.call import Call

_UNPARSABLE = "Invalid OpenAPI input."
_FOUND = "Errors found during import:"
_BESIDE = "Additionally, these warnings were found:"
_WARNED = "Warnings found during import:"
_MOST = 100  # lines of a message


def variables(call: Call) -> dict[str, str]:
    """What `${AWS::…}` stands for in a document."""
    return {
        "AWS::AccountId": call.account,
        "AWS::Partition": arns.partition(call.region),
        "AWS::Region": call.region,
    }


def refusal(problems: Sequence[str], warnings: Sequence[str]) -> AwsError:
    """What went wrong, and beside it what was only warned of (reported by clients). No problem: not parsed at all."""
    if not problems:
        return errors.bad_request(_UNPARSABLE)
    found = _listing(_FOUND, problems)
    return errors.bad_request(f"{found}\n{_listing(_BESIDE, warnings)}" if warnings else found)


def warned(warnings: Sequence[str]) -> AwsError:
    """The refusal of what was only warned of."""
    return errors.bad_request(_listing(_WARNED, warnings))


def _listing(title: str, lines: Sequence[str]) -> str:
    shown = list(lines[:_MOST])
    if len(lines) > _MOST:
        shown.append(f"and {len(lines) - _MOST} more")
    return "\n\t".join((title, *shown))
