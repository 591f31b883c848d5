"""The web application: the JSON API, and the pages on top of it."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from inspect import isawaitable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from api import ui
from api.attachments import AttachmentStore, BadAttachment
from api.v1 import identity, problems
from api.v1.openapi import described
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(settings: InstallationSettings, store: EventStore) -> FastAPI:
    """The application on one installation's store."""
    app = described()
    app.state.store = store
    app.state.users = identity.Users(store)
    app.state.attachments = AttachmentStore(settings.asiapolku_attachments)

    @app.exception_handler(BadAttachment)
    def bad_attachment(request: Request, error: BadAttachment) -> JSONResponse:
        return problems.problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.sentence)

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            response = await call_next(request)
        except Exception as error:  # noqa: BLE001 - the framework would raise it into the server's log, values and all
            answered = app.exception_handlers[Exception](request, error)
            response = await answered if isawaitable(answered) else answered
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/healthz", include_in_schema=False)
    def health() -> dict[str, str]:
        with store.database.connection(None) as connection:
            connection.execute("select 1")
        return {"status": "ok"}

    ui.mount(app)
    return app


def application() -> FastAPI:
    """What uvicorn starts: everything from the environment."""
    settings = InstallationSettings()
    return create_app(settings, EventStore.open(settings))
