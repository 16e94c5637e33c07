"""Messages: whatever a client says, the connection stays, and at most one frame comes back for it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.effort import FUZZ
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import backend, mock, response, route

_MODEL = {"Name": "Said", "Schema": '{"type": "object"}'}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["action", "a"]), inner, max_size=3),
    max_leaves=10,
)
_ACTIONS = st.sampled_from(["talk", "map", "$connect", "$disconnect", "$default", "", "[a, b]"])
MESSAGES = st.one_of(
    st.text(max_size=100),
    _JSON.map(json.dumps),
    st.builds(lambda action, more: json.dumps({"action": action, "a": more}), _ACTIONS, _JSON),
)


@FUZZ
@given(MESSAGES)
def test_any_message(message: str) -> None:
    mapping = {"integration.request.header.X-A": "route.request.body.a", "integration.request.path.p": "'x'"}
    play = SocketPlay(
        route("talk", mock(200, response(template="$input.path('$.a') $context.routeKey")), two_way=True),
        route("map", backend("HTTP", "http://a.test/{p}", RequestParameters=mapping)),
        route("$default", mock(), RequestModels={"$default": "Said"}),
        route("$connect", mock()),
        route("$disconnect", mock()),
        models=[_MODEL],
    )
    client = play.connect().opened()
    client.says(message)
    assert len(client.heard) <= 1
    assert client.handshake.channel.ended is None
    assert len(play.open) == 1
