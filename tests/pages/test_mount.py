"""The pages stand beside the API without touching it: no database is needed for what these look at."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.ui import mount
from api.v1.openapi import described, openapi_document


@pytest.fixture
def app() -> FastAPI:
    app = described()
    mount(app)
    return app


def asked(app: FastAPI, method: str, path: str, **more: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **more)

    return asyncio.run(ask())


def test_the_api_is_described_without_the_pages(app: FastAPI) -> None:
    assert app.openapi() == openapi_document()


@pytest.mark.parametrize(
    ("language", "title"),
    [("fi", "Saavutettavuusseloste"), ("sv", "Tillgänglighetsutlåtande"), ("en", "Accessibility statement")],
)
def test_the_language_is_asked_for_remembered_or_accepted(app: FastAPI, language: str, title: str) -> None:
    by_query = asked(app, "GET", f"/accessibility?lang={language}")
    assert title in by_query.text
    assert f"asiapolku-lang={language}" in by_query.headers["set-cookie"]
    assert title in asked(app, "GET", "/accessibility", headers={"Cookie": f"asiapolku-lang={language}"}).text
    assert (
        title
        in asked(app, "GET", "/accessibility", headers={"Accept-Language": f"de, {language};q=0.5"}).text
    )


def test_finnish_is_spoken_where_nothing_else_is_asked_for(app: FastAPI) -> None:
    assert '<html lang="fi">' in asked(app, "GET", "/accessibility").text


def test_a_page_that_is_not_there_says_so_in_plain_words_and_the_api_in_its_own(app: FastAPI) -> None:
    page = asked(app, "GET", "/nowhere")
    assert page.status_code == 404
    assert "Ei löytynyt" in page.text
    problem = asked(app, "GET", "/api/v1/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(app: FastAPI) -> None:
    response = asked(app, "GET", "/queue?mine=1")
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=%2Fqueue%3Fmine%3D1"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere"}, {}])
@pytest.mark.parametrize("path", ["/sign-in", "/cases", "/cases/1/assign", "/queue/take-next"])
def test_a_form_from_another_site_does_nothing(app: FastAPI, path: str, headers: dict[str, str]) -> None:
    assert asked(app, "POST", path, headers=headers).status_code == 403
