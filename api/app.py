"""The web application: the JSON API, and the pages on top of it."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from inspect import isawaitable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from api import ui
from api.attachments import AttachmentStore, BadAttachment
from api.v1 import problems
from api.v1.openapi import described
from domain.store.event_store import EventStore
from domain.store.settings import InstallationSettings
from domain.store.standing import all_standing, standing_sentences
from domain.store.users import Users

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
    app.state.users = Users(store)
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
    def health(response: Response, *, deep: bool = False) -> dict[str, str | list[str]]:
        """The API is alive whenever this answers 200, and it says whether something stands.

        `deep` names what stands, and answers 503 then; whoever restarts what is not alive must not ask for that.
        """
        sentences = standing_sentences(all_standing(store.database))
        if deep and sentences:
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return {
            "status": "standing" if sentences else "ok",
            **({"standing": sentences} if deep else {}),
        }

    ui.mount(app)
    return app


def application() -> FastAPI:
    """What uvicorn starts: everything from the environment."""
    settings = InstallationSettings()
    return create_app(settings, EventStore.open(settings))
