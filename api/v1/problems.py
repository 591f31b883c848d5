"""How a no is told: RFC 9457 problems that say what, where and how to mend it, and never a personal value."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from domain import rejections as r
from domain.messages import FORBIDDEN_CHARACTERS
from domain.store.event_store import UnreadableEvent

log = logging.getLogger("asiapolku")
MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[r.Rejection], HTTPStatus] = {
    r.NotFound: HTTPStatus.NOT_FOUND,
    r.NotAllowed: HTTPStatus.FORBIDDEN,
    r.NotYours: HTTPStatus.FORBIDDEN,
    r.FourEyes: HTTPStatus.FORBIDDEN,
    r.Disqualified: HTTPStatus.FORBIDDEN,
    r.Stale: HTTPStatus.PRECONDITION_FAILED,
    r.Crowded: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every other rejection is a broken rule: 422."""


class Problem(Exception):
    """A no that the API itself says: signing in, headers, limits."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more
        self.headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}


def legible(request: Request) -> None:
    """Refuse a query with characters that no text here can hold."""
    if any(FORBIDDEN_CHARACTERS.search(name + value) for name, value in request.query_params.multi_items()):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "malformed",
            "The request is not of the right form: see each place.",
            errors=[{"field": "query", "sentence": "there is a character that cannot be kept: type it anew"}],
        )


class ProblemShape(BaseModel):
    """RFC 9457, with the rule's own `code` and the places in `errors`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[dict[str, Any]] = []


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """One problem as a response."""
    body = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "errors": more.pop("errors", []),
        **{to_camel(name): value for name, value in more.items()},
    }
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def install_problem_handlers(app: FastAPI) -> None:
    """Let every refusal and every accident speak this way."""

    @app.exception_handler(r.Rejection)
    def rejected(request: Request, error: r.Rejection) -> JSONResponse:
        status = STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        details = dict(error.details)
        errors = details.pop("errors", None) or (
            [{"field": details.pop("field"), "sentence": error.sentence}] if "field" in details else []
        )
        return problem(request, status, error.code, error.sentence, errors=errors, **details)

    @app.exception_handler(UnreadableEvent)
    def stands(request: Request, error: UnreadableEvent) -> JSONResponse:
        log.error("%s on %s", error, request.scope.get("route"))
        refusal = Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "unreadable-event",
            "Something that is stored here cannot be read at the moment, so nothing was done. Nothing is lost, and it goes on once that is mended.",
        )
        return problem(request, refusal.status, refusal.code, refusal.detail)

    @app.exception_handler(Problem)
    def refused(request: Request, error: Problem) -> JSONResponse:
        return problem(request, error.status, error.code, error.detail, error.headers, **error.more)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem(
            request,
            HTTPStatus.BAD_REQUEST,
            "malformed",
            "The request is not of the right form: see each place.",
            errors=error_locations(error.errors()),
        )

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(methods_of(app, request))
        sentence = {404: "There is nothing at this address.", 405: "This address does not know that method."}
        return problem(
            request,
            error.status_code,
            HTTPStatus(error.status_code).phrase.lower().replace(" ", "-"),
            sentence.get(error.status_code, str(error.detail)),
            headers,
        )

    @app.exception_handler(Exception)
    def accident(request: Request, error: Exception) -> JSONResponse:
        id_ = uuid4().hex[:12]
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        log.error("accident %s: %s at %s on %s", id_, type(error).__name__, place, request.scope.get("route"))
        return problem(
            request,
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "accident",
            f"Something broke on our side; nothing was half-written. Tell us the id {id_}.",
            id=id_,
        )


def error_locations(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Where and what, without the value that was sent: it may be somebody's."""
    return [
        {
            "field": ".".join(str(part) for part in each["loc"]),
            "sentence": each["msg"].removeprefix("Value error, "),
        }
        for each in errors
    ]


def methods_of(app: FastAPI, request: Request) -> list[str]:
    """Every method that this address knows."""
    return [
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in app.router.routes
        )
    ]
