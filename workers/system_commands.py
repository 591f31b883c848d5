"""Commands that the system puts by itself, answered once however often the reminder comes."""

import logging
from uuid import UUID

from domain.messages import Command, StreamId, system_actor
from domain.rejections import AlreadyDone, Crowded, NotNow, Rejection
from domain.store.event_store import EventStore, UnreadableEvent

log = logging.getLogger("asiapolku.work")


def record(store: EventStore, stream: StreamId, command: Command, command_id: UUID, cause: str) -> bool:
    """Answer as the system; False where it was turned down, or its stream stands, and a person must see.

    A stage that has moved on needs nothing any more, and what is done already is done.
    """
    try:
        store.handle(
            stream, command, by=system_actor(stream.municipality), command_id=command_id, cause=cause
        )
    except Crowded:
        raise
    except (NotNow, AlreadyDone):
        log.info("%s on %s is not needed any more", type(command).__name__, stream)
    except Rejection as rejection:
        log.warning("%s on %s was turned down: %s", type(command).__name__, stream, rejection.code)
        return False
    except UnreadableEvent as stands:
        log.debug("%s on %s has to wait: %s", type(command).__name__, stream, stands)  # the follower names it
        return False
    return True
