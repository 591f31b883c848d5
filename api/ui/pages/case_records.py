"""What else belongs to a case: contact data for a reason, its documents, its raw trail.

Found before `subjects`, whose addresses of commands would match these too.
"""

from fastapi import APIRouter, Response
from pydantic.alias_generators import to_camel

from api.ui.page_request import IncomingPageRequest, Refused, problem_of

router = APIRouter()


@router.get("/cases/{key}/personal-data")
async def personal_data_page(visit: IncomingPageRequest, key: str) -> Response:
    """Ask why; nothing is opened by following a link."""
    case = await visit.get(f"/cases/{key}", lang=visit.language)
    return await visit.show("personal_data.html", subject=case, values=None, detail="", reason="")


@router.post("/cases/{key}/personal-data")
async def open_personal_data(visit: IncomingPageRequest, key: str) -> Response:
    """Contact and account data, opened for a reason that is logged."""
    case = await visit.get(f"/cases/{key}", lang=visit.language)
    reason = str((await visit.request.form()).get("reason", "")).strip()
    answer_ = await visit.ask("GET", f"/cases/{key}/personal-data", params={"reason": reason})
    if answer_.is_error:
        detail = "Say why you look, in at least three letters; it is logged."
        return await visit.show(
            "personal_data.html",
            answer_.status_code,
            subject=case,
            values=None,
            detail=detail,
            reason=reason,
        )
    found: dict[str, dict[str, str]] = {}
    for name, value in answer_.json()["values"].items():
        about, _, what = name.partition(".")
        found.setdefault(about, {})[to_camel(what)] = value
    return await visit.show("personal_data.html", subject=case, values=found, detail="", reason=reason)


@router.get("/cases/{key}/attachments/{sha256}")
async def attachment_page(visit: IncomingPageRequest, key: str, sha256: str) -> Response:
    """A document, as the API hands it out."""
    found = await visit.ask("GET", f"/cases/{key}/attachments/{sha256}")
    if found.is_error:
        raise Refused(found.status_code, problem_of(found))
    kept = ("content-type", "content-disposition", "etag", "last-modified")
    headers = {name: value for name, value in found.headers.items() if name in kept}
    return Response(found.content, headers=headers)


@router.get("/cases/{key}/trail")
async def trail_page(visit: IncomingPageRequest, key: str, version: int | None = None) -> Response:
    """The raw trail for the auditor, and the case as it was after one of its events."""
    found = await visit.get(f"/cases/{key}/trail")
    case = await visit.get(f"/cases/{key}", lang=visit.language)
    reached = version or len(found["items"])
    then = await visit.get(f"/cases/{key}/as-it-was", version=reached, lang=visit.language)
    return await visit.show("trail.html", subject=case, items=found["items"], then=then, reached=reached)
