"""What a person sees when something is not there, not allowed or broken: plain words, an id, and a way on."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.ui.page_request import Refused, page_request_for

log = logging.getLogger("asiapolku")
ErrorHandler = Callable[[Request, Any], Any]


def install_error_pages(app: FastAPI) -> None:
    """Pages answer with pages; the API goes on answering with problems."""

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        if error.status == HTTPStatus.UNAUTHORIZED:
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            query = urlencode({"next": back if request.method == "GET" else "/"})
            return RedirectResponse(f"/sign-in?{query}", HTTPStatus.SEE_OTHER)
        return await error_page(request, error.status, str(error.problem.get("detail", "")))

    for kind in (HTTPException, RequestValidationError, Exception):
        _take_over(app, kind)


def _take_over(app: FastAPI, kind: type[Exception]) -> None:
    earlier = cast("ErrorHandler", app.exception_handlers[kind])

    async def handler(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(("/api/", "/healthz")):
            return cast("Response", await run_in_threadpool(earlier, request, error))
        match error:
            case HTTPException():
                return await error_page(request, error.status_code, "")
            case RequestValidationError():
                return await error_page(request, HTTPStatus.NOT_FOUND, "")
        id_ = uuid4().hex[:12]
        log.error("accident %s: %s on %s", id_, type(error).__name__, request.scope.get("route"))
        return await error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, "", id_)

    app.add_exception_handler(kind, cast("Callable[[Request, Exception], Awaitable[Response]]", handler))


async def error_page(request: Request, status: int, detail: str, id_: str = "") -> Response:
    """The page of an error; every one has an id that can be told on the phone."""
    context = {"code": status, "detail": detail, "id": id_ or uuid4().hex[:12]}
    async with page_request_for(request) as visit:
        try:
            return await visit.show("error.html", status, **context)
        except Refused:
            return visit.public("error.html", status, **context)
