"""When to start another process: a pure rule.

AWS starts a new environment whenever all are busy. On one machine that would be folly for quick handlers: a process costs
50 to 150 ms of CPU, in which the one that is there serves a hundred calls. So a call waits for a process as long as a new
one would take to start, and not longer; slow handlers therefore get the parallelism that they have on AWS.
"""

from __future__ import annotations


def wanted(queued: int, live: int, starting: int, busy_for: float, start_cost: float, room: int) -> int:
    """How many processes to start now.

    `queued` calls wait for `live` processes, each of which is busy for about `busy_for` seconds a call; `starting` are on
    their way; `room` more may be started; `start_cost` is the time that one needs to start. Growth at most doubles at
    each look, since the calls that wait are all the knowledge there is.
    """
    uncovered = queued - starting
    if uncovered <= 0 or room <= 0:
        return 0
    if live + starting == 0:
        return 1
    if live == 0 or uncovered * busy_for / live <= start_cost:
        return 0
    return min(uncovered, live + starting, room)


def smoothed(old: float, new: float) -> float:
    """A running average that forgets half of the past in about three values."""
    return old + (new - old) * 0.2 if old else new
