"""The pages: server-rendered HTML on the JSON API, working without JavaScript under a strict Content-Security-Policy."""

from fastapi import FastAPI

from api.ui import errors, pages
from api.ui.render import STATIC
from api.ui.static_files import Static


def mount(app: FastAPI) -> None:
    """Put the pages on the application, after the API: call it last, it takes over how errors look to a browser."""
    app.mount("/static", Static(directory=STATIC), name="static")
    for router in pages.routers():
        app.include_router(router, include_in_schema=False)
    errors.install_error_pages(app)
