"""Malformed and borderline HTTP/1.1 through a live server to a strict origin: nothing smuggled, altered or unclean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.http1_support import Outcome, run_corpus, running_origin, running_proxy

pytestmark = pytest.mark.slow  # one case alone, 200 pipelined requests, takes the origin 10 seconds


@pytest.fixture(scope="module")
def gateway() -> Iterator[int]:
    """The port of the server under test: host gw.test, everything proxied to the corpus's origin."""
    with running_origin() as origin, running_proxy(origin) as port:
        yield port


def assert_safe(outcome: Outcome) -> None:
    assert outcome.code == 0, outcome.report
    assert outcome.unsafe == 0, outcome.report
    assert outcome.alive, outcome.report
    passed, _, all_cases = outcome.must.partition("/")
    assert passed == all_cases, outcome.report


def test_every_case_has_an_acceptable_outcome(gateway: int) -> None:
    outcome = run_corpus(gateway, "--conc", "16")
    assert_safe(outcome)
    assert outcome.passed == outcome.total, outcome.report


def test_the_outcomes_do_not_depend_on_how_the_bytes_arrive(gateway: int) -> None:
    outcome = run_corpus(gateway, "--dribble", "1", "--conc", "32")
    assert_safe(outcome)
    assert outcome.passed == outcome.total, outcome.report


@pytest.mark.parametrize("seed", [1, 20])
def test_no_mutant_gets_through_unclean(gateway: int, seed: int) -> None:
    assert_safe(run_corpus(gateway, "--mutate", "1000", "--seed", str(seed), "--conc", "64", "--wait", "0.5"))
