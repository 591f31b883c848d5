"""The OpenAPI document, made from the application itself; the committed `openapi.json` changes only on purpose."""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from api.v1 import commands, criteria, exports, identity, problems, public, reads, uploads, users

ROUTERS: tuple[APIRouter, ...] = (
    identity.router,
    uploads.router,
    criteria.router,
    commands.router,
    reads.router,
    users.router,
    exports.router,
    public.router,
)


def include(app: FastAPI) -> None:
    """The whole JSON API below `/api/v1`."""
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1", dependencies=[Depends(problems.legible)])


def described() -> FastAPI:
    """An application with its description and its problems, and nothing behind it yet."""
    app = FastAPI(
        title="Asiapolku",
        version="1",
        summary="An event-sourced back office for municipal decisions",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=_operation,
        responses={
            status: {"description": meaning, "content": {problems.MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}}
            for status, meaning in MEANINGS.items()
        },
    )
    problems.install_problem_handlers(app)
    include(app)
    written = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _told_as_it_is(written())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to say more
    return app


def _operation(route: APIRoute) -> str:
    return route.name.strip("_").replace("_", "-")


def _told_as_it_is(schema: dict[str, Any]) -> dict[str, Any]:
    """What FastAPI cannot be told: the shape of a problem, and where one must be signed in."""
    schema["components"]["schemas"]["ProblemShape"] = problems.ProblemShape.model_json_schema()
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": identity.SESSION_COOKIE},
    }
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            if not (path.startswith("/api/v1/public/") or operation["operationId"] == "sign-in"):
                operation["security"] = [{"token": []}, {"session": []}]
    return schema


PROBLEM = "#/components/schemas/ProblemShape"

DESCRIPTION = """
The path of a case. Sign in at `POST /api/v1/sessions` and send the token as `Authorization: Bearer`. A command needs an
`Idempotency-Key`, and an `If-Match` with the version that you saw; its receipt's `position` is what `minPosition` waits for.
"""

MEANINGS: dict[int | str, str] = {
    400: "The request is not of the right form; `errors` says where.",
    401: "Nobody is signed in.",
    403: "Somebody else must do this.",
    404: "There is no such thing here.",
    412: "Others have worked on it since; `since` says who did what.",
    422: "The request breaks a rule; `code` and `detail` say which and how to mend it.",
    428: "The version that was seen is missing: send If-Match.",
    429: "Too many tries.",
    500: "Something broke on our side; nothing was half-written.",
    503: "Others wrote to the same things again and again; nothing was written: try again.",
}


def openapi_document() -> dict[str, Any]:
    """The document itself; it needs no database."""
    return described().openapi()
