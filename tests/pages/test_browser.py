"""A real browser plays one case from application to paid, without JavaScript; axe looks at each page on the way."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.installation.demo.people import (
    DEMO_STAFF,
    MUNICIPALITY,
    PASSWORD,
    Person,
    add_demo_users,
    sample_pdf,
    wait_until,
)
from api.installation.running import RunningInstallation, run_installation
from domain.messages import HELSINKI, Role
from domain.processes import processes
from domain.store.event_store import EventStore
from domain.store.users import Users
from tests.conftest import ApiClient, environment_as_given

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
INSTALL = "no chromium-headless-shell: apt-get install chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHECKS = ("road-register", "digiroad", "habitation", "passable")

if CHROMIUM is None and os.environ.get("UI_REQUIRE") != "1":
    pytest.skip(INSTALL, allow_module_level=True)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstallation]:
    with (
        environment_as_given(),
        run_installation(tmp_path_factory.mktemp("pages"), demo=True, durable=False) as installation,
    ):
        installation.clock.move_to(datetime(2022, 6, 1, 9, tzinfo=HELSINKI))
        store = EventStore.open(installation.settings, size=2)
        add_demo_users(Users(store), 1)
        store.database.close()
        yield installation


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, INSTALL
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


def sign_in(page: Page, url: str, user: str, language: str) -> None:
    page.goto(f"{url}/sign-in?lang={language}")
    for name, value in (("municipality", MUNICIPALITY), ("username", user), ("password", PASSWORD)):
        page.fill(f"#{name}", value)
    page.locator("main button[type=submit]").click()
    assert "/sign-in" not in page.url


class Desk:
    """Somebody at the pages, with JavaScript off."""

    def __init__(self, browser: Browser, url: str, user: str) -> None:
        self.url = url
        self.page: Page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
        self.console: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.user = user
        self.go("/queue")

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        if "/sign-in" in self.page.url:  # the first time, and whenever the clock has outrun the session
            sign_in(self.page, self.url, self.user, "en")
            self.page.goto(f"{self.url}{path}")
        return self.page

    def do(self, path: str, command: str, **fields: str) -> None:
        """Put a command by the form that the page made from its schema."""
        page = self.go(path)
        form = page.locator(f"#do-{command}")
        if form.evaluate("each => each.tagName === 'DETAILS' && !each.open"):
            form.locator("> summary").click()
        for name, value in fields.items():
            path = name.replace("__", ".")
            field = form.locator(f"[name='{path}']")
            kind = field.first.evaluate("each => each.type")
            if kind == "radio":
                form.locator(f"[name='{path}'][value='{value}']").check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)
        form.locator("button[type=submit]").last.click()
        assert page.locator("[role=alert]").count() == 0, page.locator("[role=alert]").inner_text()


def begin(installation: RunningInstallation) -> str:
    """An open round, made over the API by the administrator and a handler; its id."""
    from api.installation.demo.people import DEMO_CRITERIA, DEMO_SETTINGS
    from domain.criteria import ready_criteria

    with Person(installation.url, "paula") as paula, Person(installation.url, "hanna") as hanna:
        paula.do(
            "/municipality", "adopt-settings", settings=DEMO_SETTINGS, adoptedOn="2022-01-01", section="§ 1"
        )
        paula.do("/municipality", "adopt-rule-set", document=ready_criteria()[DEMO_CRITERIA])
        opened = hanna.begin(
            "/rounds",
            name="2022",
            process="private-road-grant",
            ruleSet=DEMO_CRITERIA,
            budget="6000.00",
            opensAt="2022-06-01T08:00:00+03:00",
            closesAt="2022-06-30T15:00:00+03:00",
        )
    return str(opened["id"])


def watching(installation: RunningInstallation) -> ApiClient:
    """An auditor with a token that outlasts every leap of the clock."""
    store = EventStore.open(installation.settings, size=2)
    token = Users(store).token(MUNICIPALITY, f"watching-{uuid4()}", [Role.AUDITOR])
    store.database.close()
    return ApiClient(installation.url, token, "")


def stage(auditor: ApiClient, path: str) -> str:
    return str(auditor.get(path).json()["stage"])


def applies(applicant: Desk, round_: str, minutes: Path) -> str:
    """An applicant makes a mistake, mends it, and has sent the application; where its case is."""
    page = applicant.go(f"/apply/private-road-grant?round={round_}")
    answers: dict[str, Any] = {
        "form.roadName": "Koetie",
        "form.association": "Koetien tiekunta",
        "form.usageUnit": "K79",
        "form.lengthM": "1200",
        "form.permanentHouseholds": "3",
        "form.costsEur": "1842.50",
        "contact.name": "Maija Meikäläinen",
        "contact.address": "Tie 1, 99300 Muonio",
        "account.iban": "FI21 1234 5600 0007 85",
        "account.holder": "Koetien tiekunta",
    }
    for name, value in answers.items():
        page.fill(f"[name='{name}']", value)
    for kind in ("minutes", "register-extract"):
        page.set_input_files(f"[name='attachments.{kind}']", minutes)
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("[role=alert]")).to_contain_text("K7905")
    assert page.input_value("[name='form.roadName']") == "Koetie", "what was typed is kept"
    page.fill("[name='form.usageUnit']", "Y2004-11427")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("Koetie")
    return "/cases/" + page.url.split("/cases/")[1].split("?")[0]


def test_one_case_from_application_to_paid(
    installation: RunningInstallation, browser: Browser, tmp_path: Path
) -> None:
    round_ = begin(installation)
    desks = {
        name: Desk(browser, installation.url, name) for name in ("hanna", "elina", "reijo", "maija", "tarmo")
    }
    applicant = Desk(browser, installation.url, "hakija01")
    minutes = tmp_path / "minutes.pdf"
    minutes.write_bytes(sample_pdf("Minutes"))

    case = applies(applicant, round_, minutes)
    with watching(installation) as tarmo:
        wait_until(lambda: stage(tarmo, case) == "handling", "registration")
        hanna = desks["hanna"]
        wait_until(lambda: hanna.go("/queue").get_by_text("Koetie").count(), "the queue")
        hanna.page.get_by_role("button", name="Take next").click()
        assert case in hanna.page.url
        hanna.do(case, "declare-impartiality")
        for item in CHECKS:
            hanna.do(case, "record-check", item=item, met="true", evidence="looked up")
        hanna.do(case, "evaluate", outcome="eligible")
        installation.clock.move_to(datetime(2022, 7, 1, 9, tzinfo=HELSINKI))
        wait_until(lambda: stage(tarmo, f"/rounds/{round_}") == "closed", "the closing of the round")
        hanna.do(f"/rounds/{round_}", "calculate")
        hanna.do(f"/rounds/{round_}", "propose", heading="Avustukset 2022")
        decision = "/decisions/" + hanna.page.url.split("/decisions/")[1].split("?")[0]
        desks["elina"].do(decision, "approve")
        desks["elina"].do(decision, "sign", signature="Elina Elinvoimajohtaja")
        desks["reijo"].do(case, "serve", mode="letter")
        desks["reijo"].do(decision, "publish")
        wait_until(lambda: stage(tarmo, case) == "appeal-period", "service")
        expect(desks["reijo"].go(case).locator("main")).to_contain_text("22.7.2022")
        for day in ((2022, 7, 25), (2022, 8, 1)):
            installation.clock.move_to(datetime(*day, 9, tzinfo=HELSINKI))
            wait_until(lambda: stage(tarmo, case) in ("legal-force", "payment-release"), "the timers")
        wait_until(lambda: stage(tarmo, case) == "payment-release", "legal force")
        payment = tarmo.get(case).json()["payments"][0]["id"]
        desks["maija"].do(case, "release-payment", payment=payment)
        wait_until(lambda: stage(tarmo, case) == "archived", "the bank")

    shown = applicant.go(case).locator("main")
    expect(shown).to_contain_text("€6,000.00")
    expect(shown).to_contain_text("The case is closed.")
    trail = desks["tarmo"].go(f"{case}/trail").locator("main")
    expect(trail).to_contain_text("Payment booked", ignore_case=True)
    public = browser.new_context(locale="sv").new_page()
    public.goto(f"{installation.url}/p/{MUNICIPALITY}/")
    expect(public.locator("main")).to_contain_text("Avustukset 2022")
    assert "Meikäläinen" not in public.content()
    looked_at(installation, browser, case, decision, round_)
    for desk in (*desks.values(), applicant):
        assert [line for line in desk.console if "Content Security Policy" in line] == []


def test_a_user_is_added_named_and_given_other_roles(
    installation: RunningInstallation, browser: Browser
) -> None:
    paula = Desk(browser, installation.url, "paula")
    page = paula.go("/users")
    page.locator("#do-add-user > summary").click()
    page.check("#do-add-user [value=handler]")
    page.fill("#do-add-user [name=reason]", "Section 24")
    page.locator("#do-add-user button[type=submit]").click()
    user = "/users/" + page.url.split("/users/")[1].split("?")[0]
    page.locator("#do-credentials > summary").click()
    for name, value in (("username", "hanna"), ("displayName", "Ulla Uusi"), ("password", PASSWORD)):
        page.fill(f"#{name}", value)
    page.locator("#do-credentials button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_contain_text("another user has this one")
    assert page.input_value("#displayName") == "Ulla Uusi", "what was typed is kept"
    page.fill("#username", "ulla")
    page.fill("#password", PASSWORD)
    page.locator("#do-credentials button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Ulla Uusi")
    ulla = Desk(browser, installation.url, "ulla")
    expect(ulla.go("/queue").locator("#menu")).not_to_contain_text("Users and roles")
    page = paula.go(user)
    page.locator("#do-change-roles > summary").click()
    assert page.is_checked("#do-change-roles [value=handler]"), "what the user holds stands there"
    page.check("#do-change-roles [value=auditor]")
    page.locator("#do-change-roles button[type=submit]").click()
    expect(page.locator("main table")).to_contain_text("Section 24")
    expect(page.locator("main table")).to_contain_text("Auditor")
    seen = ulla.go("/role-holders?role=auditor").locator("main table")
    expect(seen).to_contain_text("Ulla Uusi")
    expect(seen).to_contain_text("Paula")
    paula.do(user, "disable-user", reason="")
    expect(page.locator("main")).to_contain_text("The user cannot sign in.")
    ulla.page.goto(f"{installation.url}/queue")
    assert "/sign-in" in ulla.page.url
    for desk in (paula, ulla):
        assert [line for line in desk.console if "Content Security Policy" in line] == []


CRITERIA = """\
name: parannus
edition: 1
process: private-road-grant
title: {fi: Perusparannus, sv: Grundlig förbättring, en: Improvement}
adopted: {by: Tekninen lautakunta, on: 2022-05-31, section: § 60}
round: {year: 2022}
inputs:
  estimate: {type: money, text: {fi: Kustannusarvio, sv: Kostnadsförslag, en: Cost estimate}}
  bridge: {type: yes_no, text: {fi: Tiellä on silta, sv: Vägen har en bro, en: The road has a bridge}}
  urgent: {type: yes_no, from: handler, text: {fi: Työ on kiireellinen, sv: Arbetet är brådskande, en: The work is urgent}}
  actual: {type: money, from: final_account, text: {fi: Toteutuneet kulut, sv: Faktiska kostnader, en: Actual costs}}
slots:
  share: {type: percent, preview: 40 %, text: {fi: Avustuksen osuus, sv: Bidragets andel, en: Share of the costs}}
eligibility:
  - {code: not-urgent, require: urgent, text: {fi: Työ ei ole kiireellinen, sv: Inte brådskande, en: The work is not urgent}}
grant: share * estimate
payment: {when: on_account, instalments: 50 %, final: "min(share * actual, grant)"}
evidence: [{kind: plan}, {kind: map, when: bridge}]
conditions: [{fi: Tie pidetään avoinna kymmenen vuotta., en: The road is kept open for ten years.}]
"""


def test_criteria_are_adopted_asked_about_fixed_and_settled_on_the_pages(
    installation: RunningInstallation, browser: Browser, tmp_path: Path
) -> None:
    installation.clock.move_to(datetime(2022, 9, 1, 9, tzinfo=HELSINKI))
    names = ("paula", "hanna", "elina", "reijo", "maija")
    paula, hanna, elina, reijo, maija = (Desk(browser, installation.url, name) for name in names)
    adopted(paula)
    with Person(installation.url, "hanna") as handler:
        round_ = handler.begin(
            "/rounds",
            name="Parannus 2022",
            process="private-road-grant",
            ruleSet="parannus",
            budget="20000.00",
            opensAt="2022-09-01T08:00:00+03:00",
            closesAt="2022-09-30T15:00:00+03:00",
        )["id"]
    applicant = Desk(browser, installation.url, "hakija01")
    case = answers_the_criteria(applicant, round_, tmp_path)

    with watching(installation) as tarmo:
        wait_until(lambda: stage(tarmo, case) == "handling", "registration")
        hanna.do(case, "assign")
        hanna.do(case, "declare-impartiality")
        for item in CHECKS:
            hanna.do(case, "record-check", item=item, met="true", evidence="looked up")
        expect(hanna.go(case).locator("main")).to_contain_text("The work is urgent")
        hanna.do(case, "record-finding", input="urgent", value="kyllä", reason="Rumpu on rikki.")
        expect(hanna.page.locator("main")).to_contain_text("Rumpu on rikki. · Hanna Käsittelijä")
        hanna.do(case, "evaluate", outcome="eligible")
        installation.clock.move_to(datetime(2022, 10, 3, 9, tzinfo=HELSINKI))
        wait_until(lambda: stage(tarmo, f"/rounds/{round_}") == "closed", "the closing of the round")
        hanna.do(f"/rounds/{round_}", "calculate")
        expect(hanna.page.locator("#run-1")).to_contain_text("Preview")
        hanna.do(f"/rounds/{round_}", "fix-values", values__share="50 %", decidedBy="Tekninen lautakunta", decidedOn="2022-10-03", section="§ 71")  # fmt: skip
        expect(hanna.page.locator("main")).to_contain_text("Tekninen lautakunta 3.10.2022 § 71")
        hanna.do(f"/rounds/{round_}", "calculate")
        expect(hanna.page.locator("#run-2")).not_to_contain_text("Preview")
        expect(hanna.go(case).locator("main .formula").first).to_contain_text(
            re.compile(r"50\s% × €9,000\.00 = €4,500\.00")
        )
        hanna.do(f"/rounds/{round_}", "propose", heading="Parannukset 2022")
        decision = "/decisions/" + hanna.page.url.split("/decisions/")[1].split("?")[0]
        elina.do(decision, "approve")
        elina.do(decision, "sign", signature="Elina Elinvoimajohtaja")
        reijo.do(case, "serve", mode="letter")
        reijo.do(decision, "publish")
        for day in ((2022, 10, 27), (2022, 11, 3)):
            installation.clock.move_to(datetime(*day, 9, tzinfo=HELSINKI))
            wait_until(lambda: stage(tarmo, case) in ("legal-force", "on-account"), "the timers")
        wait_until(lambda: stage(tarmo, case) == "on-account", "legal force")
        hanna.do(case, "approve-instalment", amount="2 000,00", evidence="Puolet rummuista on vaihdettu.")
        wait_until(lambda: stage(tarmo, case) == "payment-release", "the order")
        maija.do(case, "release-payment", payment=tarmo.get(case).json()["payments"][0]["id"])
        wait_until(lambda: stage(tarmo, case) == "on-account", "the bank")
        hanna.do(case, "settle-account", inputs__actual="3 000,00", evidence="Kuitit.")
        wait_until(lambda: stage(tarmo, case) == "invoicing", "the recovery")
        expect(hanna.go(case).locator("main")).to_contain_text(re.compile(r"To be recovered\s*€500\.00"))
        maija.do(case, "forward-to-invoicing", reference="L-77")
        wait_until(lambda: stage(tarmo, case) == "archived", "the end")

    expect(applicant.go(case).locator("main")).to_contain_text("€500.00 is to be paid back")
    looked_at(installation, browser, case, decision, round_)
    for desk in (paula, hanna, elina, reijo, maija, applicant):
        assert [line for line in desk.console if "Content Security Policy" in line] == []


@pytest.mark.skipif(("felling-notice", 1) not in processes(), reason="there is no such process here")
def test_a_felling_notice_from_the_notice_to_an_invoiced_fee(
    installation: RunningInstallation, browser: Browser, tmp_path: Path
) -> None:
    """Without a round: proposed on the page of the case, which leads on to the decision; and the fee stands in a list."""
    from api.installation.demo.people import DEMO_SETTINGS

    installation.clock.move_to(datetime(2023, 3, 6, 9, tzinfo=HELSINKI))
    with Person(installation.url, "paula") as paula:
        paula.do(
            "/municipality", "adopt-settings", settings=DEMO_SETTINGS, adoptedOn="2023-01-02", section="§ 2"
        )
    hanna, elina, reijo, maija = (
        Desk(browser, installation.url, name) for name in ("hanna", "elina", "reijo", "maija")
    )
    applicant = Desk(browser, installation.url, "hakija01")
    case = sends_a_felling_notice(applicant, tmp_path)

    with watching(installation) as tarmo:
        wait_until(lambda: stage(tarmo, case) == "handling", "registration")
        hanna.do(case, "assign")
        hanna.do(case, "declare-impartiality")
        for item in ("title", "plan", "minor", "protected"):
            hanna.do(case, "record-check", item=item, met="true", evidence="looked up")
        assert hanna.go(case).locator("#do-change-account").count() == 0, "nothing is paid to an account here"
        hanna.do(case, "evaluate", outcome="eligible", note="Vähäinen.")
        assert hanna.go(case).locator("#propose-heading").input_value() == "Felling notice 498-401-12-3"
        hanna.do(case, "propose")
        decision = "/decisions/" + hanna.page.url.split("/decisions/")[1].split("?")[0]
        expect(elina.go(case).get_by_role("link", name="To the proposal")).to_have_attribute("href", decision)
        elina.do(decision, "approve")
        elina.do(decision, "sign", signature="Elina Elinvoimajohtaja")
        expect(elina.go(decision).locator("main table")).to_contain_text(
            re.compile(r"12\strees.*Permitted.*€120\.00", re.DOTALL)
        )
        reijo.do(case, "serve", mode="letter")
        reijo.do(decision, "publish")
        assert reijo.go(decision).locator("#do-call-up").count() == 0, "a statutory notice is not called up"
        wait_until(lambda: stage(tarmo, case) == "appeal-period", "service")
        fee_is(maija, "Waits for legal force")
        for day in ((2023, 4, 14), (2023, 4, 20)):
            installation.clock.move_to(datetime(*day, 9, tzinfo=HELSINKI))
            wait_until(lambda: stage(tarmo, case) in ("legal-force", "invoicing"), "the timers")
        wait_until(lambda: stage(tarmo, case) == "invoicing", "legal force")
        fee_is(maija, "To be handed to invoicing")
        maija.do(case, "forward-to-invoicing", reference="L-2023-7")
        wait_until(lambda: stage(tarmo, case) == "archived", "the end")
        fee_is(maija, "With invoicing", "L-2023-7")

    shown = applicant.go(case).locator("main")
    expect(shown).to_contain_text("The felling was permitted")
    expect(shown).to_contain_text("The fee of €120.00 for the decision is invoiced.")
    public = browser.new_context(locale="fi").new_page()
    public.goto(f"{installation.url}/p/{MUNICIPALITY}{decision}")
    expect(public.locator("main")).to_contain_text("Sallittu")
    assert "Meikäläinen" not in public.content()
    looked_at(installation, browser, case, decision, None)
    for desk in (hanna, elina, reijo, maija, applicant):
        assert [line for line in desk.console if "Content Security Policy" in line] == []


def sends_a_felling_notice(applicant: Desk, folder: Path) -> str:
    """An applicant has sent a felling notice with its map; where the case is."""
    page = applicant.go("/apply/felling-notice")
    answers = {
        "form.propertyId": "498-401-12-3",
        "form.trees": "12",
        "form.which": "Männyt etelärajalla.",
        "form.why": "Puut varjostavat.",
        "form.felledOn": "2023-06-01",
        "contact.name": "Maija Meikäläinen",
        "contact.address": "Tie 1, 99300 Muonio",
    }
    for name, value in answers.items():
        page.fill(f"[name='{name}']", value)
    (folder / "map.pdf").write_bytes(sample_pdf("Map"))
    page.set_input_files("[name='attachments.map']", folder / "map.pdf")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("498-401-12-3")
    return "/cases/" + page.url.split("/cases/")[1].split("?")[0]


def fee_is(payer: Desk, *said: str) -> None:
    """The fee's row in the list of receivables."""
    row = payer.go("/payments").locator("main table tr", has_text="498-401-12-3")
    for text in ("Fee of the decision", *said):
        expect(row).to_contain_text(text)
    expect(row).to_contain_text("€120.00")


def adopted(paula: Desk) -> None:
    """The administrator adopts criteria, after a mistake in them is shown with its line and column."""
    from api.installation.demo.people import DEMO_SETTINGS

    with Person(paula.url, "paula") as person:
        person.do(
            "/municipality", "adopt-settings", settings=DEMO_SETTINGS, adoptedOn="2022-01-01", section="§ 1"
        )
    page = paula.go("/municipality")
    form = page.locator("#do-adopt-rule-set")
    form.locator("> summary").click()
    page.fill("#adopt-rule-set-document", CRITERIA.replace("share * estimate", "share * estimat"))
    form.locator("button[type=submit]").click()
    expect(page.locator(".findings")).to_contain_text("Line 16, column 16")
    expect(page.locator(".findings code")).to_have_text("grant: share * estimat")
    assert "share * estimat\n" in page.input_value("#adopt-rule-set-document"), "what was typed is kept"
    page.fill("#adopt-rule-set-document", CRITERIA)
    page.locator("#do-adopt-rule-set button[type=submit]").click()
    row = page.locator("main table tr", has_text="parannus")
    expect(row).to_contain_text("Tekninen lautakunta 31.5.2022 § 60")
    expect(row).to_contain_text(sha256(CRITERIA.encode()).hexdigest()[:12])
    assert page.input_value("#adopt-rule-set-document") == CRITERIA, "the next edition is written over it"


def answers_the_criteria(applicant: Desk, round_: str, folder: Path) -> str:
    """An applicant answers what the criteria ask, and adds the map that a bridge requires; where the case is."""
    page = applicant.go(f"/apply/private-road-grant?round={round_}")
    answers: dict[str, Any] = {
        "form.roadName": "Siltatie",
        "form.association": "Siltatien tiekunta",
        "form.usageUnit": "Y2004-11428",
        "form.lengthM": "1200",
        "form.permanentHouseholds": "3",
        "form.costsEur": "1842,50",
        "form.estimate": "9 000",
        "contact.name": "Maija Meikäläinen",
        "contact.address": "Tie 1, 99300 Muonio",
        "account.iban": "FI21 1234 5600 0007 85",
        "account.holder": "Siltatien tiekunta",
    }
    for name, value in answers.items():
        page.fill(f"[name='{name}']", value)
    page.check("[name='form.bridge'][value=yes]")
    for kind in ("minutes", "plan", "map"):
        (folder / f"{kind}.pdf").write_bytes(sample_pdf(kind))
    for kind in ("minutes", "plan"):
        page.set_input_files(f"[name='attachments.{kind}']", folder / f"{kind}.pdf")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("[role=alert]")).to_contain_text("It is about: Map")
    page.set_input_files("[name='attachments.map']", folder / "map.pdf")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("Siltatie")
    expect(page.locator("main")).to_contain_text("Cost estimate")
    return "/cases/" + page.url.split("/cases/")[1].split("?")[0]


def looked_at(
    installation: RunningInstallation, browser: Browser, case: str, decision: str, round_: str | None
) -> None:
    """axe finds nothing, and nothing overflows, wide and narrow, light and dark, in Finnish and Swedish, all unfolded."""
    paths = [
        "/queue",
        case,
        decision,
        *((f"/rounds/{round_}", f"/apply/private-road-grant?round={round_}") if round_ else ()),
        "/figures",
        "/payments",
        "/municipality",
        "/users",
        "/role-holders",
        f"/p/{MUNICIPALITY}/",
    ]
    looks: list[tuple[Literal["light", "dark"], str, int]] = [("light", "fi", 1440), ("dark", "sv", 320)]
    for scheme, language, width in looks:
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, locale=language
        )
        page = context.new_page()
        store = EventStore.open(installation.settings, size=2)
        every = sorted({role for _, roles in DEMO_STAFF.values() for role in roles})
        users = Users(store)
        if "kaikki" not in users.usernames(MUNICIPALITY).values():
            users.add(MUNICIPALITY, "kaikki", PASSWORD, "Kaikki Roolit", every)
        store.database.close()
        sign_in(page, installation.url, "kaikki", language)
        page.goto(f"{installation.url}/users")
        one = page.locator("main table a", has_text="Hanna").get_attribute("href")
        for path in [*paths, f"{case}/trail", str(one)]:
            response = page.goto(f"{installation.url}{path}")
            assert response is not None
            assert response.status == 200, path
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            found = Axe().run(page).response["violations"]
            assert [(path, each["id"], each["nodes"][0]["target"]) for each in found] == []
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, (path, width, over)
        context.close()
