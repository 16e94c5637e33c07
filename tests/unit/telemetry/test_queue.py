from __future__ import annotations

from gatewright.telemetry.queue import OVERHEAD, URGENT, Both, Budget, LineQueue, cost


class Told:
    def __init__(self) -> None:
        self.seen: list[tuple[str, bool]] = []

    def __call__(self, queue: LineQueue, urgent: bool) -> None:
        self.seen.append((queue.name, urgent))


def test_what_is_written_is_taken_once_with_its_times() -> None:
    told = Told()
    queue = LineQueue("q", Budget(10_000), told)
    queue.write("a", 1.0)
    queue.write("b", 2.0)
    assert told.seen == [("q", False)]
    assert queue.take() == (["a", "b"], [1.0, 2.0])
    assert queue.take() == ([], [])


def test_room_is_held_until_it_is_released() -> None:
    budget = Budget(10_000)
    queue = LineQueue("q", budget, Told())
    queue.write("abc", 1.0)
    queue.take()
    assert queue.held == cost("abc") == OVERHEAD + 3
    assert budget.free == 10_000 - queue.held
    queue.release(cost("abc"))
    assert (queue.held, budget.free) == (0, 10_000)


def test_signs_beyond_ascii_count_as_they_lie_in_memory() -> None:
    assert cost("é" * 10) >= 10 * 4


def test_a_queue_that_is_stuck_leaves_room_for_others() -> None:
    budget = Budget(100 * cost("x"))
    stuck, second, third = (LineQueue(name, budget, Told()) for name in "abc")
    for queue in (stuck, second, third):
        for _ in range(200):
            queue.write("x", 0.0)
    held = [len(queue.lines) for queue in (stuck, second, third)]
    assert held == [50, 25, 13]
    assert [queue.dropped for queue in (stuck, second, third)] == [150, 175, 187]
    assert budget.free > 0


def test_much_is_urgent() -> None:
    told = Told()
    queue = LineQueue("q", Budget(64 * URGENT), told)
    for _ in range(4):
        queue.write("x" * URGENT, 0.0)
    assert told.seen == [("q", False), ("q", True), ("q", True), ("q", True)]


def test_somebody_is_told_of_drops() -> None:
    told = Told()
    queue = LineQueue("q", Budget(10), told)
    queue.write("too long", 0.0)
    assert (queue.dropped, told.seen) == (1, [("q", False)])


def test_one_line_for_two_places() -> None:
    budget = Budget(10_000)
    first, second = LineQueue("1", budget, Told()), LineQueue("2", budget, Told())
    Both((first, second)).write("x", 1.5)
    assert first.take() == second.take() == (["x"], [1.5])
