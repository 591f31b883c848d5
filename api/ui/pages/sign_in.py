"""Coming in and going out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from api.ui.page_request import IncomingPageRequest, PageRequest, problem_of
from api.v1.identity import SESSION_COOKIE

router = APIRouter()


def local_address(address: str) -> str:
    """An address on this site, or the front page: nobody is sent elsewhere after signing in."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


@router.get("/")
async def front(visit: IncomingPageRequest) -> Response:
    """To the queue, or to one's own cases."""
    me = await visit.me()
    return visit.go("/cases" if me["roles"] == ["applicant"] else "/queue")


@router.get("/sign-in")
async def sign_in_page(visit: IncomingPageRequest) -> Response:
    return _page(visit, {})


def _page(
    visit: PageRequest, typed: dict[str, str], detail: str = "", status: int = HTTPStatus.OK
) -> Response:
    back = local_address(visit.request.query_params.get("next", "/"))
    return visit.public("sign_in.html", status, typed=typed, detail=detail, back=back)


@router.post("/sign-in")
async def post_sign_in(
    visit: IncomingPageRequest,
    municipality: Annotated[str, Form()] = "",
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Sign in through the API and hand its cookie on to the browser."""
    body = {"municipality": municipality.strip(), "username": username.strip(), "password": password}
    answer = await visit.ask("POST", "/sessions", json=body)
    if answer.is_error:
        problem = problem_of(answer)
        detail = (
            "Fill in every field." if answer.status_code == HTTPStatus.BAD_REQUEST else str(problem["detail"])
        )
        return _page(visit, {"municipality": municipality, "username": username}, detail, answer.status_code)
    response = RedirectResponse(local_address(back), HTTPStatus.SEE_OTHER)
    for cookie in answer.headers.get_list("set-cookie"):
        response.headers.append("set-cookie", cookie)
    return response


@router.post("/sign-out")
async def post_sign_out(visit: IncomingPageRequest) -> Response:
    """End the session on the server and forget the cookie."""
    await visit.ask("DELETE", "/sessions/current")
    response = visit.go("/sign-in")
    response.delete_cookie(SESSION_COOKIE)
    return response
