"""Idempotency keys and command ids: each is one person's, for one command to one stream."""

from tests.mutants import Change

FOUND_BY = ("tests/http/test_idempotency.py", "tests/store/test_event_store.py")

HTTP = "api/v1/commands.py"
STORE = "domain/store/event_store.py"

DIGEST = "self.keys.digest(str(stream), type(command).__name__, by.user_id, _plain(command))"
ID = 'derived_id("command", who.actor.municipality, who.actor.user_id, key)'

MUTANTS: dict[str, tuple[Change, ...]] = {
    "another user's answer is given to the same key": (
        Change(HTTP, ID, 'derived_id("command", who.actor.municipality, key)'),
        Change(STORE, DIGEST, "self.keys.digest(str(stream), type(command).__name__, _plain(command))"),
    ),
    "a key that somebody used is refused to everybody": (
        Change(HTTP, ID, 'derived_id("command", who.actor.municipality, key)'),
    ),
    "a receipt does not depend on who asked": (
        Change(STORE, DIGEST, "self.keys.digest(str(stream), type(command).__name__, _plain(command))"),
    ),
    "a receipt does not depend on the command": (
        Change(STORE, DIGEST, "self.keys.digest(str(stream), by.user_id, _plain(command))"),
    ),
    "a receipt does not depend on the stream": (
        Change(STORE, DIGEST, "self.keys.digest(type(command).__name__, by.user_id, _plain(command))"),
    ),
    "a receipt does not depend on the content": (
        Change(STORE, DIGEST, "self.keys.digest(str(stream), type(command).__name__, by.user_id)"),
    ),
    "a key is new each time": (
        Change(HTTP, ID, "uuid4()"), Change(HTTP, "from uuid import UUID\n", "from uuid import UUID, uuid4\n"),
    ),
}  # fmt: skip
