"""The HTTP endpoints of commands: each command class has its address, made from its name and kind."""

import re
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel

from api.attachments import AttachmentStore
from api.v1.identity import CurrentUser, Store
from api.v1.problems import Problem
from domain.case.commands import Submit
from domain.case.events import Attachment
from domain.decision.commands import Propose
from domain.messages import Command, StreamId, derived_id
from domain.rejections import BadContent
from domain.round.commands import OpenRound
from domain.store.event_store import EventStore
from domain.streams import commands_by_name
from domain.user.commands import AddUser

PLURALS = {"case": "cases", "round": "rounds", "decision": "decisions", "user": "users"}
CREATION_COMMANDS: tuple[type[Command], ...] = (Submit, OpenRound, Propose, AddUser)
"""Commands that begin a stream: a POST to the collection."""

router = APIRouter(tags=["commands"])


def files_of(request: Request) -> AttachmentStore:
    found: AttachmentStore = request.app.state.attachments
    return found


Files = Annotated[AttachmentStore, Depends(files_of)]
Key = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,64}$")]
SettingsKey = Annotated[str, Depends(lambda: "settings")]
"""A municipality has one stream of its own, so its address needs no key."""

IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]
IfMatch = Annotated[str | None, Header()]


class CommandReceipt(BaseModel):
    """A command's receipt: the stream's version now, and the position to wait for with `minPosition`."""

    id: str
    version: int
    position: int


def kebab(name: str) -> str:
    """`RequestCompletion` is `request-completion`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def command_path(command: type[Command], key: str) -> str:
    """Where a command is put, below `/api/v1`."""
    if command in CREATION_COMMANDS:
        return f"/{PLURALS[command.kind]}"
    if command.kind == "municipality":
        return f"/municipality/{kebab(command.__name__)}"
    return f"/{PLURALS[command.kind]}/{key}/{kebab(command.__name__)}"


def command_title(command: type[Command]) -> str:
    """The first line of a command's docstring."""
    return (command.__doc__ or command.__name__).strip().splitlines()[0]


def execute_command(
    store: EventStore,
    files: AttachmentStore,
    who: CurrentUser,
    command: Command,
    key: str | None,
    idempotency_key: str | None,
    if_match: str | None,
) -> CommandReceipt:
    """Put a command for somebody: once an idempotency key, and only on the version that was seen."""
    if idempotency_key is None:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "idempotency-key-missing",
            "Send an Idempotency-Key header, new for each thing you want done and the same when you repeat it.",
        )
    for each in getattr(command, "attachments", ()):
        _kept(files, who.actor.municipality, each)
    command_id = _command_id(who, idempotency_key)
    stream = StreamId(who.actor.municipality, command.kind, key or str(command_id))
    expected = None if key is None else _version(if_match)
    receipt = store.handle(stream, command, by=who.actor, command_id=command_id, expected_version=expected)
    return CommandReceipt(id=receipt.stream.key, version=receipt.version, position=receipt.position)


def _kept(files: AttachmentStore, municipality: str, attachment: Attachment) -> None:
    """Whether the bytes that an attachment is named by were sent to us before."""
    try:
        size = files.open(municipality, attachment.sha256).stat().st_size
    except FileNotFoundError:
        size = -1
    if size != attachment.size:
        raise BadContent(
            "An attachment's bytes are not here: send them first, POST /api/v1/attachments.",
            field="attachments",
        )


def _command_id(who: CurrentUser, key: str) -> UUID:
    return derived_id("command", who.actor.municipality, who.actor.user_id, key)


def _version(if_match: str | None) -> int:
    if if_match is None:
        raise Problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            "if-match-missing",
            "Send the version that you saw in an If-Match header: it is the ETag of what you read.",
        )
    found = re.fullmatch(r'"(\d{1,9})"', if_match.strip())
    if found is None:
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed", 'If-Match is a version in quotes, such as "7".')
    return int(found[1])


def _beginning(command: type[Command]) -> None:
    def endpoint(
        body: command,  # type: ignore[valid-type]  # an address is made for each command there is
        who: CurrentUser,
        store: Store,
        files: Files,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> CommandReceipt:
        answered = execute_command(store, files, who, body, None, idempotency_key, None)
        response.headers["Location"] = f"/api/v1/{PLURALS[command.kind]}/{answered.id}"
        response.headers["ETag"] = f'"{answered.version}"'
        return answered

    _route(command, endpoint, HTTPStatus.CREATED)


def _following(command: type[Command], key_: Any) -> None:
    def endpoint(
        key: key_,
        body: command,  # type: ignore[valid-type]  # an address is made for each command there is
        who: CurrentUser,
        store: Store,
        files: Files,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> CommandReceipt:
        answered = execute_command(store, files, who, body, key, idempotency_key, if_match)
        response.headers["ETag"] = f'"{answered.version}"'
        return answered

    _route(command, endpoint, HTTPStatus.OK)


def _route(command: type[Command], endpoint: Any, status: HTTPStatus) -> None:
    endpoint.__doc__ = command.__doc__
    router.add_api_route(
        command_path(command, "{key}"),
        endpoint,
        methods=["POST"],
        status_code=status,
        name=command.__name__,
        summary=command_title(command),
        operation_id=kebab(command.__name__),
    )


for _name, _command in sorted(commands_by_name().items()):
    if _command.internal:
        continue
    if _command in CREATION_COMMANDS:
        _beginning(_command)
    else:
        _following(_command, SettingsKey if _command.kind == "municipality" else Key)
