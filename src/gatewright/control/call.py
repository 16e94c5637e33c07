"""One call of the control plane: who calls, when, with what limits, inside which transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gatewright.aws.base import Caller
from gatewright.catalog import ids
from gatewright.control.base import MethodTester, Outside
from gatewright.control.outside import Nowhere
from gatewright.settings import Settings
from gatewright.state.base import Usage
from gatewright.store.base import Body, Key, Transaction

_APIS = ("rest_api", "api")
_PARENTS = ("route", "integration", "portal", "portal_product")  # below an API, with documents of their own below them


class Call:
    """What a handler works with. `publish` collects the stages that the service publishes after the commit."""

    __slots__ = (
        "account",
        "after",
        "auto_deploy",
        "below",
        "caller",
        "now",
        "outside",
        "publish",
        "publish_domains",
        "publish_usage",
        "region",
        "request_id",
        "run",
        "settings",
        "tx",
        "usage",
    )

    def __init__(
        self,
        tx: Transaction,
        caller: Caller,
        settings: Settings,
        *,
        now: int,
        request_id: str,
        below: ids.Below,
        outside: Outside | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.tx = tx
        self.caller = caller
        self.account = caller.account
        self.region = caller.region
        self.settings = settings
        self.now = now  # seconds since the epoch: what AWS's timestamps resolve to
        self.request_id = request_id
        self.below = below
        self.usage = usage  # what was counted of quotas; None: nothing is
        self.outside = outside or Nowhere()  # for `after`, never inside the transaction
        self.publish: set[tuple[str, str]] = set()
        self.run: Callable[[MethodTester], Mapping[str, Any]] | None = (
            None  # called after the transaction, gives the answer
        )
        self.auto_deploy = True  # whether a change of an HTTP API reaches its stages with autoDeploy at once
        # Work that would hold up other writers, done between the transaction and one more, in which its result runs.
        self.after: Callable[[], Callable[[Call], Params | None]] | None = None
        self.publish_domains = False  # whether the domain names of the node have changed
        self.publish_usage = False  # whether its usage plans, or keys that are in them, have

    @property
    def unlimited(self) -> bool:
        """Whether AWS's quotas on counts are lifted."""
        return self.settings.limits == "own"

    def key(self, kind: str, parent: str, id: str) -> Key:
        return Key(self.account, self.region, kind, parent, id)

    def get(self, kind: str, parent: str, id: str) -> Body | None:
        """The body of a document of the caller's account and Region."""
        document = self.tx.get(self.key(kind, parent, id))
        return None if document is None else document.body

    def put(self, kind: str, parent: str, id: str, body: Body) -> Body:
        self.tx.put(self.key(kind, parent, id), body)
        return body

    def insert(self, kind: str, parent: str, id: str, body: Body) -> Body:
        self.tx.insert(self.key(kind, parent, id), body)
        return body

    def delete(self, kind: str, parent: str, id: str) -> bool:
        return self.tx.delete(self.key(kind, parent, id))

    def list(self, kind: str, parent: str) -> list[Body]:
        return [document.body for document in self.tx.list(self.account, self.region, kind, parent)]

    def new_id(self, kind: str, parent: str = "") -> str:
        """An id that no document of this kind has: under its parent, or anywhere for what hosts or parents are."""
        stored = "resource" if kind == "root_resource" else kind
        while True:
            fresh = ids.new_id(kind, self.below)
            if kind in _APIS:
                taken = self.is_api(fresh)
            elif kind in _PARENTS:
                taken = bool(self.tx.find(kind, fresh))
            else:
                taken = self.get(stored, parent, fresh) is not None
            if not taken:
                return fresh

    def is_api(self, id: str) -> bool:
        """Whether an API of either service has this id, whosever it is."""
        return any(self.tx.find(kind, id) for kind in _APIS)


Params = dict[str, Any]
