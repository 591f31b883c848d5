"""One request of one browser: its language, its session, and the JSON API behind the page.

The page asks the API inside the same process with the visitor's own session, so it can do nothing that the API would
not let the visitor do, and authorisation lives in one place.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.ui import language as languages
from api.ui.render import template_environment
from domain.messages import STAFF


class Refused(Exception):
    """The API said no to what a page needs; the page that answers says why in plain words."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail", status)))
        self.status, self.problem = status, problem


class PageRequest:
    """What a page works with."""

    def __init__(self, request: Request, client: httpx.AsyncClient) -> None:
        self.request, self.client = request, client
        self.language = languages.chosen_language(request)
        self._me: dict[str, Any] | None = None

    # Asking the API ---------------------------------------------------------------------------------------------------

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request to the API, answered whatever it says; `/api/v1` may be left out of the path."""
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        return await self.client.request(method, address, **more)

    async def get(self, path: str, **query: Any) -> Any:
        """What the API reads out; raises `Refused`."""
        given = {name: value for name, value in query.items() if value is not None}
        answer = await self.ask("GET", path, params=given)
        if answer.is_error:
            raise Refused(answer.status_code, problem_of(answer))
        return answer.json()

    async def see(self, path: str, **query: Any) -> Any:
        """The same, or None where this visitor may not see it: for the parts of a page."""
        try:
            return await self.get(path, **query)
        except Refused as refused:
            if refused.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                return None
            raise

    async def me(self) -> dict[str, Any]:
        """Who visits; raises `Refused` where nobody is signed in."""
        if self._me is None:
            self._me = await self.get("/me")
        return self._me

    @property
    def minimum(self) -> str | None:
        """The position that a command's receipt promised, for reading one's own writes."""
        asked = self.request.query_params.get("min", "")
        return asked if asked.isdigit() else None

    # Answering the browser --------------------------------------------------------------------------------------------

    async def show(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HTMLResponse:
        """A page for somebody who is signed in, with what its frame needs."""
        me = await self.me()
        counts = await self.see("/work-queue/counts") if set(me["roles"]) & STAFF else None
        waiting = sum((counts or {}).get(role, 0) for role in me["roles"])
        return self.public(template, status, me=me, counts=counts, waiting=waiting, **context)

    def public(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HTMLResponse:
        """A page for anyone."""
        query = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        frame = {
            "me": None,
            "counts": None,
            "waiting": 0,
            "language": self.language,
            "languages": languages.language_names(),
            "path": self.request.url.path,
            "query": dict(query),
            "here": lambda **more: "?" + urlencode({**dict(query), **more}),
            "done": self.request.query_params.get("done"),
        }
        text = template_environment(self.language).get_template(template).render({**frame, **context})
        response = HTMLResponse(text, status, headers={"Content-Language": self.language, "Vary": "Cookie"})
        self.remember(response)
        return response

    def go(self, path: str, **query: Any) -> RedirectResponse:
        """Another page, to be read with GET."""
        given = {name: value for name, value in query.items() if value is not None}
        address = f"{path}?{urlencode(given)}" if given else path
        response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        self.remember(response)
        return response

    def remember(self, response: Response) -> None:
        """Keep the language that was asked for."""
        asked = self.request.query_params.get("lang", "")
        if asked in languages.language_names():
            response.set_cookie(
                languages.LANGUAGE_COOKIE, asked, max_age=31_536_000, samesite="lax", httponly=True
            )


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem that the API told."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and "detail" in body:
        return body
    return {"detail": "Something broke on our side.", "code": "accident", "errors": []}


def is_same_origin(request: Request) -> bool:
    """Whether a form was sent from our own page; a browser says so, and one that says nothing is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return request.headers.get("Origin", "").partition("://")[2] == request.headers.get("Host", "-")


@asynccontextmanager
async def page_request_for(request: Request) -> AsyncIterator[PageRequest]:
    """A visit with the API behind it, in the same process and with the visitor's own credentials."""
    headers = {"Sec-Fetch-Site": "same-origin", "Host": request.headers.get("Host", "localhost")}
    for name in ("Cookie", "Authorization", "User-Agent"):
        if name in request.headers:
            headers[name] = request.headers[name]
    client = (request.client.host, request.client.port) if request.client else ("127.0.0.1", 0)
    transport = httpx.ASGITransport(app=request.app, raise_app_exceptions=False, client=client)
    base = f"{request.url.scheme}://{request.headers.get('Host', 'localhost')}"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers, timeout=60) as asks:
        yield PageRequest(request, asks)


async def checked_page_request(request: Request) -> AsyncIterator[PageRequest]:
    """The visit of one request; refuses what another site sent."""
    if request.method not in ("GET", "HEAD") and not is_same_origin(request):
        raise Refused(
            HTTPStatus.FORBIDDEN,
            {"detail": "This request came from another site, so it was not done.", "code": "cross-site"},
        )
    async with page_request_for(request) as visit:
        yield visit


IncomingPageRequest = Annotated[PageRequest, Depends(checked_page_request)]
