"""How often a method may be called: the stage's settings for it or for all methods, then the account's limit.

What these refuse, the throttles of the caller's usage plan get back.
"""

from __future__ import annotations

from gatewright.gateway import throttling
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.live import Parts
from gatewright.gateway.usage import StageKeys
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    program = parts.program
    place = f"{method.resource_path}/{method.verb}"
    name = f"method/{program.api_id}/{program.stage}{place}"
    owner = program.account, program.region
    keys = None
    if method.api_key_required and parts.traffic is not None and parts.traffic.keys is not None:
        keys = parts.traffic.keys.stage(owner, f"{program.api_id}:{program.stage}")
    return throttling.build(
        parts.traffic, owner, name, method.throttle, None if keys is None else _put_back(keys, place)
    )


def _put_back(keys: StageKeys, place: str) -> throttling.Undo:
    def put_back(exchange: Exchange) -> None:
        if exchange.api_key is not None:
            keys.put_back(exchange.api_key, place)

    return put_back
