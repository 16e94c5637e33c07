"""From tokens to closures: each step knows the next one.

A definite path leads to one value or to PathNotFound; as soon as a token of a path is indefinite, what is missing
behind it is passed over. `strict` steps belong to a path alone in a filter (`[?(@.a)]`): there anything missing is
PathNotFound.

A deep scan visits lists and objects in document order, each before its content. What follows it is run on
- an object, or what a last token finds on a list, by the token behind `..`;
- every element of a list, when more tokens follow: by the token behind that. A last name after an index
  (`$..[1].name`) then remembers which element it was given, and only takes the one with that index. It goes on
  remembering: `$..*.a` finds nothing any more once a list has been visited. Slips of the engine, kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gatewright.language.jsonpath import lenient
from gatewright.language.jsonpath.conditions import build_filter
from gatewright.language.jsonpath.errors import (
    FunctionFailed,
    IndexOutOfBounds,
    InvalidPath,
    NullDocument,
    PathNotFound,
)
from gatewright.language.jsonpath.functions import FUNCTIONS, length
from gatewright.language.jsonpath.run import Budget, Read, Run, Step, Test
from gatewright.language.jsonpath.tokens import (
    Filter,
    Function,
    Index,
    PathText,
    Property,
    Scan,
    Slice,
    Token,
    Wildcard,
    token_definite,
)


def build_reader(path: PathText, strict: bool = False) -> Read:
    """The path as a function. It raises PathError."""
    first = _Builder(path.tokens, strict).first()
    single = definite(path)

    def read(value: Any, root: Any, budget: Budget) -> Any:
        if root is None:
            raise NullDocument("root can not be null")
        run = Run(root, budget)
        first(run, value)
        if not single:
            return run.results
        if not run.results:
            raise PathNotFound("No results for path")
        return run.results[-1]

    return read


def definite(path: PathText) -> bool:
    """Whether the path leads to at most one value."""
    last = len(path.tokens) - 1
    return all(token_definite(token, at == last) for at, token in enumerate(path.tokens))


def _found(run: Run, value: Any) -> None:
    run.results.append(value)


class _Builder:
    __slots__ = ("_steps", "_strict", "_tokens", "_upstream")

    def __init__(self, tokens: tuple[Token, ...], strict: bool) -> None:
        self._tokens = tokens
        self._strict = strict
        self._steps: dict[int, Step] = {len(tokens): _found}
        self._upstream = [True]  # whether all tokens before this one are definite
        for at, token in enumerate(tokens):
            turned = isinstance(token, Function) and token.scanning
            self._upstream.append(self._upstream[-1] and not turned and token_definite(token, at == len(tokens) - 1))

    def first(self) -> Step:
        """From the last to the first, so that each step finds the next one made."""
        for at in range(len(self._tokens) - 1, -1, -1):
            self._steps[at] = self._build(self._tokens[at], at)
        return self._steps[0]

    def _build(self, token: Token, at: int) -> Step:
        if isinstance(token, Property):
            return self._property(token, at)
        if isinstance(token, Wildcard):
            return self._wildcard(at)
        if isinstance(token, Index):
            return self._index(token, at)
        if isinstance(token, Slice):
            return self._slice(token, at)
        if isinstance(token, Scan):
            return self._scan(at)
        if isinstance(token, Filter):
            return self._filter(token, at)
        return self._function(token, at)

    def _is_last(self, at: int) -> bool:
        return at == len(self._tokens) - 1

    def _member(self, at: int) -> Step:
        """What a member of an object is handed to: the next step, or the results if the scan's memory allows it."""
        if not self._is_last(at) or at < 2 or not isinstance(self._tokens[at - 2], Scan):
            return self._steps[at + 1]
        before = self._tokens[at - 1]
        wanted = before.indexes[0] if isinstance(before, Index) and len(before.indexes) == 1 else -1

        def take(run: Run, value: Any) -> None:
            if run.scanned in (-1, wanted):
                run.results.append(value)

        return take

    def _property(self, token: Property, at: int) -> Step:
        upstream, last = self._upstream[at], self._is_last(at)
        if len(token.names) == 1:
            step = self._name(token.names[0], at, self._strict or (upstream and not last))
        else:
            step = self._names(token.names, at)

        def check(run: Run, value: Any) -> None:
            if isinstance(value, dict):
                step(run, value)
            elif upstream:
                raise PathNotFound("Expected to find an object")

        return check

    def _name(self, name: str, at: int, required: bool) -> Step:
        following = self._member(at)

        def step(run: Run, value: Any) -> None:
            if name in value:
                following(run, value[name])
            elif required:
                raise PathNotFound(f"Missing property {name!r}")

        return step

    def _names(self, names: tuple[str, ...], at: int) -> Step:
        if not self._is_last(at):
            steps = [self._name(name, at, self._strict) for name in names]

            def each(run: Run, value: Any) -> None:
                run.budget.spend(len(steps))
                for step in steps:
                    step(run, value)

            return each
        strict = self._strict

        def merge(run: Run, value: Any) -> None:
            run.budget.spend(len(names))
            if strict and any(name not in value for name in names):
                raise PathNotFound("Missing property")
            run.results.append({name: value[name] for name in names if name in value})

        return merge

    def _element(self, at: int) -> Step:
        """What an element of a list is handed to. An index that a function finds out of bounds there ends here."""
        following = self._steps[at + 1]
        if not any(isinstance(token, (Function, Filter)) for token in self._tokens[at + 1 :]):
            return following

        def step(run: Run, value: Any) -> None:
            try:
                following(run, value)
            except IndexOutOfBounds:
                return

        return step

    def _wildcard(self, at: int) -> Step:
        member, element, strict = self._member(at), self._element(at), self._strict

        def step(run: Run, value: Any) -> None:
            if isinstance(value, dict):
                run.budget.spend(len(value))
                for item in value.values():
                    member(run, item)
            elif isinstance(value, list):
                run.budget.spend(len(value))
                for item in value:
                    try:
                        element(run, item)
                    except PathNotFound:
                        if strict:
                            raise

        return step

    def _listed(self, at: int, step: Step) -> Step:
        upstream = self._upstream[at]

        def check(run: Run, value: Any) -> None:
            if isinstance(value, list):
                step(run, value)
            elif upstream:
                raise PathNotFound("Indexes can only be applied to arrays")

        return check

    def _index(self, token: Index, at: int) -> Step:
        element, indexes = self._element(at), token.indexes

        def step(run: Run, value: Any) -> None:
            run.budget.spend(len(indexes))
            for index in indexes:
                if -len(value) <= index < len(value):
                    element(run, value[index])

        return self._listed(at, step)

    def _slice(self, token: Slice, at: int) -> Step:
        element = self._element(at)

        def step(run: Run, value: Any) -> None:
            for index in _range(token, len(value)):
                run.budget.spend(1)
                element(run, value[index])

        return self._listed(at, step)

    def _scan(self, at: int) -> Step:
        if self._is_last(at):
            return _nothing_to_scan_for
        target, last = self._tokens[at + 1], self._is_last(at + 1)
        matches, on_match = self._scanned(target, last), self._steps[at + 1]
        behind = _found if last else self._steps[at + 2]

        def visit(run: Run, value: Any) -> None:
            if not matches(run, value):
                return
            if last or isinstance(value, dict):
                on_match(run, value)
                return
            for index, item in enumerate(value):
                run.scanned = index
                behind(run, item)

        def step(run: Run, value: Any) -> None:
            waiting = [value] if isinstance(value, (dict, list)) else []
            while waiting:
                item = waiting.pop()
                run.budget.spend(1 + len(item))
                visit(run, item)
                content = item.values() if isinstance(item, dict) else item
                waiting.extend([child for child in content if isinstance(child, (dict, list))][::-1])

        return step

    def _scanned(self, target: Token, last: bool) -> Test:
        """Where the token behind `..` is tried."""
        if isinstance(target, Property):
            names = target.names
            if not last and len(names) > 1:
                return lambda run, value: isinstance(value, dict)
            return lambda run, value: isinstance(value, dict) and all(name in value for name in names)
        if isinstance(target, (Index, Slice)):
            return lambda run, value: isinstance(value, list)
        if isinstance(target, Filter):
            return build_filter(target.condition, build_reader)
        return lambda run, value: isinstance(target, Wildcard)

    def _filter(self, token: Filter, at: int) -> Step:
        accepts, following, element = (
            build_filter(token.condition, build_reader),
            self._steps[at + 1],
            self._element(at),
        )
        upstream = self._upstream[at]

        def step(run: Run, value: Any) -> None:
            if isinstance(value, dict):
                if accepts(run, value):
                    following(run, value)
            elif isinstance(value, list):
                run.budget.spend(len(value))
                for item in value:
                    if accepts(run, item):
                        element(run, item)
            elif upstream:
                raise InvalidPath("A filter can not be applied to primitives")

        return step

    def _function(self, token: Function, at: int) -> Step:
        function = FUNCTIONS.get(token.name)
        if function is None:
            return _unknown(token.name)
        parameters = [_parameter(parameter) for parameter in token.parameters]
        counted = _counted(token) if function is length else None
        following = None if self._is_last(at) else self._steps[at + 1]

        def step(run: Run, value: Any) -> None:
            values = [parameter(run) for parameter in parameters]
            result = None if counted is None else counted(run, value)
            if result is None:
                run.budget.spend(sum(_size(item) for item in (value, *values)))
                result = function(value, values)
            run.results.append(result)
            if following is not None:
                following(run, result)

        return step


def _size(value: Any) -> int:
    if isinstance(value, str):
        return 1 + len(value) // 100
    return 1 + len(value) if isinstance(value, (list, dict)) else 1


def _nothing_to_scan_for(run: Run, value: Any) -> None:
    raise FunctionFailed("Current path token is a leaf")


def _unknown(name: str) -> Step:
    def step(run: Run, value: Any) -> None:
        raise InvalidPath(f"Function with name: {name} does not exist.")

    return step


def _range(token: Slice, size: int) -> range:
    start, stop = token.start, token.stop
    if start is None:
        assert stop is not None
        return range(min(size, stop + size if stop < 0 else stop))
    if stop is None:
        return range(max(0, start + size if start < 0 else start), size)
    # Both ends are counted from zero; what lies below it are negative indexes, down to the first that exists.
    return range(max(start, -size), min(size, stop))


def _parameter(parameter: PathText | str) -> Callable[[Run], Any]:
    if isinstance(parameter, PathText):
        read = build_reader(parameter)
        return lambda run: read(run.root, run.root, run.budget)
    try:
        value = lenient.loads(parameter)
    except ValueError as error:
        reason = f"{parameter} is no JSON: {error}"
        return lambda run: _fail(reason)
    return lambda run: value


def _fail(reason: str) -> Any:
    raise FunctionFailed(reason)


def _counted(token: Function) -> Callable[[Run, Any], int | None] | None:
    """`length(path)`: the number of all that lies in what the path leads to, looked for in the value itself."""
    if not token.parameters:
        return None
    parameter = token.parameters[0]
    if not isinstance(parameter, PathText):
        return lambda run, value: _fail("length() takes a path")
    tokens = parameter.tokens
    if tokens and not isinstance(tokens[-1], Function):
        parameter = PathText(parameter.rooted, (*tokens, Wildcard()))
    read = build_reader(parameter)

    def count(run: Run, value: Any) -> int | None:
        found = read(value, value, run.budget)
        return len(found) if isinstance(found, list) else None

    return count
