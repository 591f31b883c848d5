"""Felling notice (puunkaatoilmoitus): whether trees may be felled in a planned area; decided one by one, for a fee.

Felling changes the landscape and needs a landscape work permit (maisematyölupa) unless its effects are minor; an
officeholder decides on the notice whether they are (rakentamislaki 751/2023 53 §). The fee is by the municipality's
tariff (79 §). Whoever is dissatisfied claims a revised decision within 30 days (178 §, hallintolaki 49 c §).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from domain.case import stages as s
from domain.law.appeal import GENERAL_30, Mode
from domain.process import (
    AttachmentKind,
    Charge,
    Check,
    DecisionRules,
    Outcome,
    Process,
    ProcessForm,
    SizeField,
    form_question,
)


class FellingNotice(ProcessForm):
    """What a felling notice tells; a case is named by its property, not by a street address."""

    property_id: Annotated[
        str,
        form_question(
            "Kiinteistötunnus", "Fastighetsbeteckning", "Property id", pattern=r"^\d{1,3}(-\d{1,4}){3}$"
        ),
    ]
    trees: Annotated[
        int,
        form_question(
            "Kaadettavien puiden määrä",
            "Antal träd som ska fällas",
            "Number of trees to be felled",
            ge=1,
            le=1000,
        ),
    ]
    which: Annotated[
        str,
        form_question(
            "Mitkä puut kaadetaan",
            "Vilka träd som ska fällas",
            "Which trees are to be felled",
            min_length=3,
            max_length=500,
        ),
    ]
    why: Annotated[
        str,
        form_question(
            "Miksi puut kaadetaan",
            "Varför träden ska fällas",
            "Why the trees are to be felled",
            min_length=3,
            max_length=500,
        ),
    ]
    felled_on: Annotated[
        date,
        form_question(
            "Milloin puut on tarkoitus kaataa",
            "När träden är avsedda att fällas",
            "When the trees are to be felled",
        ),
    ]


BY_NUMBER_OF_TREES = ((10, Decimal("60.00")), (50, Decimal("120.00")), (1000, Decimal("240.00")))
"""The tariff: up to so many trees, so many euros."""


def tariff(form: Mapping[str, Any]) -> Charge:
    """The fee by the number of trees; it is for handling the notice, whichever way the decision goes."""
    most, amount = next((most, amount) for most, amount in BY_NUMBER_OF_TREES if form["trees"] <= most)
    return Charge(
        amount,
        {
            "fi": f"Puunkaatoilmoituksen käsittely, enintään {most} puuta",
            "sv": f"Behandling av anmälan om trädfällning, högst {most} träd",
            "en": f"Handling of a felling notice, at most {most} trees",
        },
        "RakL 79 §, rakennusvalvonnan taksa",
    )


FELLING_NOTICE = Process(
    name="felling-notice",
    edition=1,
    titles={"fi": "Puunkaatoilmoitus", "sv": "Anmälan om trädfällning", "en": "Felling notice"},
    task_class="10.03.00.08",
    form=FellingNotice,
    title_field="property_id",
    size_field=SizeField("trees", {"fi": "puuta", "sv": "träd", "en": "trees"}),
    stages=(
        s.new,
        s.reception,
        s.completion,
        s.handling,
        s.proposal,
        s.awaiting_decision,
        s.service,
        s.appeal_period,
        s.claims,
        s.force_of_law,
        s.invoicing,
        s.closing,
        s.archived,
    ),
    attachments=(
        AttachmentKind(
            "map",
            {
                "fi": "Kartta, johon puut on merkitty",
                "sv": "Karta där träden är utmärkta",
                "en": "Map with the trees marked",
            },
            required=True,
        ),
        AttachmentKind("photo", {"fi": "Valokuva", "sv": "Fotografi", "en": "Photograph"}),
        AttachmentKind(
            "consent",
            {
                "fi": "Muiden omistajien suostumus",
                "sv": "Övriga ägares samtycke",
                "en": "Consent of the other owners",
            },
        ),
    ),
    checklist=(
        Check(
            "title",
            {
                "fi": "Ilmoittaja hallitsee kiinteistöä tai omistajat suostuvat",
                "sv": "Anmälaren innehar fastigheten eller ägarna samtycker",
                "en": "The notifier holds the property, or its owners consent",
            },
            "hallintolaki 31 §",
            {
                "fi": "Ilmoittaja ei ole osoittanut, että saa määrätä puista",
                "sv": "Anmälaren har inte visat sig ha rätt att bestämma över träden",
                "en": "The notifier has not shown a right to decide about the trees",
            },
        ),
        Check(
            "plan",
            {
                "fi": "Kaavamääräykset eivät estä kaatamista",
                "sv": "Planbestämmelserna hindrar inte fällningen",
                "en": "The plan does not forbid the felling",
            },
            "alueidenkäyttölaki 132/1999",
            {
                "fi": "Kaavamääräykset estävät kaatamisen",
                "sv": "Planbestämmelserna hindrar fällningen",
                "en": "The plan forbids the felling",
            },
        ),
        Check(
            "minor",
            {
                "fi": "Vaikutukset maisemaan ovat vähäiset",
                "sv": "Verkningarna på landskapet är ringa",
                "en": "The effects on the landscape are minor",
            },
            "RakL 53 §",
            {
                "fi": "Vaikutukset maisemaan eivät ole vähäiset: tarvitaan maisematyölupa",
                "sv": "Verkningarna på landskapet är inte ringa: det krävs tillstånd för miljöåtgärder",
                "en": "The effects on the landscape are not minor: a landscape work permit is needed",
            },
        ),
        Check(
            "protected",
            {
                "fi": "Puut eivät ole rauhoitettuja eikä niissä ole suojeltujen lajien pesiä",
                "sv": "Träden är inte fridlysta och har inga bon av skyddade arter",
                "en": "The trees are not protected and no protected species nests in them",
            },
            "luonnonsuojelulaki 9/2023",
            {
                "fi": "Puut ovat rauhoitettuja tai niissä on suojeltujen lajien pesiä",
                "sv": "Träden är fridlysta eller har bon av skyddade arter",
                "en": "The trees are protected or protected species nest in them",
            },
        ),
    ),
    decides=DecisionRules(
        legal_basis="RakL 53 §",
        granted=Outcome(
            word={"fi": "Sallittu", "sv": "Tillåtet", "en": "Permitted"},
            checked={
                "fi": "Ilmoitus on tarkastettu. Puiden kaatamiselle ei ole estettä. Asiasta tehdään päätös.",
                "sv": "Anmälan har granskats. Det finns inget hinder för fällningen. Ett beslut fattas i ärendet.",
                "en": "The notice has been checked. Nothing stands in the way of the felling. A decision will be made.",
            },
            decided={
                "fi": "Puiden kaataminen sallittiin ({section}, {decided}).",
                "sv": "Trädfällningen tilläts ({section}, {decided}).",
                "en": "The felling was permitted ({section}, {decided}).",
            },
        ),
        rejected=Outcome(
            word={"fi": "Ei sallittu", "sv": "Inte tillåtet", "en": "Not permitted"},
            checked={
                "fi": "Ilmoitus on tarkastettu. Puita ei voi kaataa ilmoituksen perusteella. Asiasta tehdään päätös.",
                "sv": "Anmälan har granskats. Träden får inte fällas på grundval av den. Ett beslut fattas i ärendet.",
                "en": "The notice has been checked. The trees cannot be felled on it. A decision will be made.",
            },
            decided={
                "fi": "Puiden kaatamista ei sallittu ({section}, {decided}). Perustelut ovat päätöksessä.",
                "sv": "Trädfällningen tilläts inte ({section}, {decided}). Motiveringen finns i beslutet.",
                "en": "The felling was not permitted ({section}, {decided}). The reasons are in the decision.",
            },
        ),
        regime=GENERAL_30,
        published_by=Mode.NOTICE,
        may_be_called_up=False,
        tariff=tariff,
    ),
)
