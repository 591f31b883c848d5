"""Users and their roles: everybody with a form to add one, who held a role on a day, and each user's own page."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from api.ui.code_texts import ROLE_TEXTS
from api.ui.command_forms import Attempt, command_form, command_named, creation_link, submit_form
from api.ui.forms import EMPTY_CONTEXT
from api.ui.page_request import IncomingPageRequest, PageRequest, problem_of
from api.ui.pages.subjects import handle_form, subject_page

router = APIRouter()
CREDENTIALS = ("username", "displayName", "password")


@router.get("/users")
async def users_page(visit: IncomingPageRequest) -> Response:
    return await _users(visit)


@router.post("/users")
async def post_user(visit: IncomingPageRequest) -> Response:
    """Add a user; they are named on their own page."""
    done = await submit_form(visit, command_named("user", "add-user"), EMPTY_CONTEXT)
    if isinstance(done, Attempt):
        return await _users(visit, done)
    return visit.go(f"/users/{done['id']}", min=done["position"], done="add-user")


async def _users(visit: PageRequest, attempt: Attempt | None = None) -> Response:
    found = await visit.get("/user-accounts", minPosition=visit.minimum)
    link = creation_link("AddUser", (await visit.me())["roles"])
    form = command_form(link, EMPTY_CONTEXT, visit.language, attempt=attempt) if link else None
    return await visit.show(
        "users.html",
        attempt.status if attempt else HTTPStatus.OK,
        items=found["items"],
        form=form,
        attempt=attempt,
    )


@router.get("/role-holders")
async def role_holders_page(visit: IncomingPageRequest, role: str = "", on: str = "") -> Response:
    """Who could act in a role on a day."""
    found = await visit.get("/role-holders", role=role or None, on=on or None, minPosition=visit.minimum)
    roles = [each for each in ROLE_TEXTS if each != "system"]
    return await visit.show("role_holders.html", items=found["items"], roles=roles, role=role, on=on)


@router.get("/users/{key}")
async def user_page(visit: IncomingPageRequest, key: str) -> Response:
    return await subject_page(visit, "user", key)


@router.post("/users/{key}/credentials")
async def post_credentials(visit: IncomingPageRequest, key: str) -> Response:
    """Give a user who has none a name and a first password."""
    sent = await visit.request.form()
    typed = {name: str(sent.get(name, "")) for name in CREDENTIALS}
    answer = await visit.ask("PUT", f"/users/{key}/credentials", json=typed)
    if answer.is_error:
        kept = {name: [typed[name]] for name in CREDENTIALS[:2]}
        attempt = Attempt("credentials", kept, problem_of(answer), answer.status_code)
        return await subject_page(visit, "user", key, attempt)
    return visit.go(f"/users/{key}", done="credentials")


@router.post("/users/{key}/{name}")
async def on_user(visit: IncomingPageRequest, key: str, name: str) -> Response:
    return await handle_form(visit, "user", key, name)


@router.get("/users/{key}/{name}")
async def back_to_user(visit: IncomingPageRequest, key: str, name: str) -> Response:
    """The address of a refused form, opened anew: back to what it was about."""
    if name != "credentials":
        command_named("user", name)
    return visit.go(f"/users/{key}")
