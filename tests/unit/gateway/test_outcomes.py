from __future__ import annotations

from itertools import product

from gatewright.gateway.outcomes import ALLOW, BOTH, DENY, EITHER, NEITHER
from gatewright.language.policy.base import Effect

_CELLS = list(product(Effect, Effect))


def test_the_tables_have_every_cell() -> None:
    assert set(EITHER) == set(BOTH) == set(_CELLS)


def test_a_deny_wins_everywhere() -> None:
    for cell in _CELLS:
        if DENY in cell:
            assert EITHER[cell] is BOTH[cell] is DENY


def test_one_has_to_allow_or_both() -> None:
    for cell in _CELLS:
        if DENY not in cell:
            assert EITHER[cell] is (ALLOW if ALLOW in cell else NEITHER)
            assert BOTH[cell] is (ALLOW if cell == (ALLOW, ALLOW) else NEITHER)
