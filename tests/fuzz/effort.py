"""How hard to look: a few examples with all other tests, FUZZ_EXAMPLES of them (`make fuzz`) with a second for each."""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings

_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))

# What a fuzz test is decorated with: `@FUZZ`. Not a loaded profile, which would change the tests of other folders.
FUZZ = settings(
    max_examples=_EXAMPLES or 100,
    deadline=timedelta(seconds=1) if _EXAMPLES else None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
