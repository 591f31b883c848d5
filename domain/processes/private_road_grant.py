"""Private-road grant (yksityistieavustus): yksityistielaki 560/2018 84 §, in rounds, decided by lines of one §."""

import re
from typing import Annotated

from pydantic import AfterValidator

from domain.case import stages as s
from domain.law.appeal import CLAIM_14
from domain.messages import Euros, Metres
from domain.process import (
    AttachmentKind,
    Check,
    DecisionRules,
    Outcome,
    Process,
    ProcessForm,
    SizeField,
    form_question,
)

OLD_ID = re.compile(r"^Y(\d{4})-(\d{5})$")
NEW_ID = re.compile(r"^(\d{3})-([12]\d{3})-K0*(\d{1,6})$")


def usage_unit_id(text: str) -> str:
    """A usage unit's id (käyttöoikeusyksikkötunnus) as Maanmittauslaitos writes it, zeros after the K left out."""
    cleaned = text.strip().upper()
    if OLD_ID.match(cleaned):
        return cleaned
    if found := NEW_ID.match(cleaned):
        return f"{found[1]}-{found[2]}-K{found[3]}"
    raise ValueError(
        "give the usage unit's id in full, e.g. Y2004-11427 or 000-2007-K7905; the short K7905 is not enough"
    )


class Application(ProcessForm):
    """What an application for a private-road grant tells."""

    road_name: Annotated[
        str, form_question("Tien nimi", "Vägens namn", "Name of the road", min_length=2, max_length=120)
    ]
    association: Annotated[
        str, form_question("Tiekunta", "Väglag", "Road association", min_length=2, max_length=120)
    ]
    usage_unit: Annotated[
        str,
        AfterValidator(usage_unit_id),
        form_question(
            "Käyttöoikeusyksikkötunnus", "Nyttjanderättsenhetens beteckning", "Usage unit id", max_length=20
        ),
    ]
    village: Annotated[str, form_question("Kylä", "By", "Village", max_length=80)] = ""
    length_m: Annotated[
        Metres, form_question("Tien pituus, metriä", "Vägens längd, meter", "Length of the road, metres")
    ]
    permanent_households: Annotated[
        int,
        form_question(
            "Vakituisia talouksia", "Fast bosatta hushåll", "Permanent households", ge=0, le=10_000
        ),
    ]
    costs_eur: Annotated[
        Euros,
        form_question("Viime vuoden kustannukset, €", "Föregående års kostnader, €", "Costs of last year, €"),
    ]


PRIVATE_ROAD_GRANT = Process(
    name="private-road-grant",
    edition=1,
    titles={"fi": "Yksityistieavustus", "sv": "Bidrag för enskilda vägar", "en": "Private-road grant"},
    task_class="02.05.01.03",
    form=Application,
    title_field="road_name",
    grant_target_field="usage_unit",
    size_field=SizeField("length_m", {"fi": "km", "sv": "km", "en": "km"}, per=1000),
    costs_field="costs_eur",
    stages=(
        s.new,
        s.reception,
        s.completion,
        s.handling,
        s.calculation,
        s.proposal,
        s.awaiting_decision,
        s.service,
        s.appeal_period,
        s.claims,
        s.force_of_law,
        s.payment_account,
        s.payment_order,
        s.payment_release,
        s.payment_booking,
        s.on_account,
        s.invoicing,
        s.closing,
        s.archived,
    ),
    attachments=(
        AttachmentKind(
            "minutes",
            {
                "fi": "Vuosikokouksen pöytäkirja",
                "sv": "Årsmötets protokoll",
                "en": "Minutes of the annual meeting",
            },
            required=True,
        ),
        AttachmentKind("accounts", {"fi": "Tilinpäätös", "sv": "Bokslut", "en": "Accounts"}),
        AttachmentKind(
            "register-extract",
            {
                "fi": "Yksityistierekisterin ote",
                "sv": "Utdrag ur vägregistret",
                "en": "Extract from the road register",
            },
        ),
        AttachmentKind(
            "digiroad", {"fi": "Digiroad-tosite", "sv": "Digiroad-intyg", "en": "Digiroad voucher"}
        ),
        AttachmentKind("plan", {"fi": "Suunnitelma", "sv": "Plan", "en": "Plan of the works"}),
        AttachmentKind(
            "cost-estimate", {"fi": "Kustannusarvio", "sv": "Kostnadsberäkning", "en": "Cost estimate"}
        ),
        AttachmentKind(
            "financing-plan", {"fi": "Rahoitussuunnitelma", "sv": "Finansieringsplan", "en": "Financing plan"}
        ),
        AttachmentKind("map", {"fi": "Kartta", "sv": "Karta", "en": "Map"}),
        AttachmentKind(
            "state-decision",
            {"fi": "Valtionavustuspäätös", "sv": "Beslut om statsbidrag", "en": "Decision on state aid"},
        ),
        AttachmentKind("quotes", {"fi": "Tarjoukset", "sv": "Offerter", "en": "Quotes"}),
        AttachmentKind("other", {"fi": "Muu liite", "sv": "Annan bilaga", "en": "Other attachment"}),
    ),
    checklist=(
        Check(
            "road-register",
            {
                "fi": "Tiekunta ja sen tiedot ovat ajan tasalla yksityistierekisterissä",
                "sv": "Väglaget och dess uppgifter är aktuella i vägregistret",
                "en": "The association and its data are up to date in the road register",
            },
            "YksTL 50 § ja 84 §",
        ),
        Check(
            "digiroad",
            {
                "fi": "Rajoitukset ovat ajan tasalla Digiroadissa",
                "sv": "Begränsningarna är aktuella i Digiroad",
                "en": "Restrictions are up to date in Digiroad",
            },
            "YksTL 50 § ja 84 §",
        ),
        Check(
            "habitation",
            {
                "fi": "Tien varrella on vakituista asutusta",
                "sv": "Det finns fast bosättning längs vägen",
                "en": "There is permanent habitation along the road",
            },
            "avustusperusteet",
        ),
        Check(
            "passable",
            {
                "fi": "Tie on autolla ajettava ja aurataan talvella",
                "sv": "Vägen är körbar och plogas på vintern",
                "en": "The road is passable by car and ploughed in winter",
            },
            "avustusperusteet",
        ),
    ),
    has_round=True,
    decides=DecisionRules(
        granted=Outcome(
            word={"fi": "Myönnetty", "sv": "Beviljat", "en": "Granted"},
            checked={
                "fi": "Hakemus on tarkastettu. Se täyttää avustuksen ehdot.",
                "sv": "Ansökan har granskats. Den uppfyller villkoren för bidrag.",
                "en": "The application has been checked. It meets the criteria.",
            },
            decided={
                "fi": "Avustusta myönnettiin {amount} ({section}, {decided}).",
                "sv": "Bidrag beviljades {amount} ({section}, {decided}).",
                "en": "A grant of {amount} was awarded ({section}, {decided}).",
            },
        ),
        rejected=Outcome(
            word={"fi": "Hylätty", "sv": "Avslaget", "en": "Rejected"},
            checked={
                "fi": "Hakemus on tarkastettu. Se ei täytä avustuksen ehtoja. Asiasta tehdään päätös.",
                "sv": "Ansökan har granskats. Den uppfyller inte villkoren för bidrag. Ett beslut fattas i ärendet.",
                "en": "The application has been checked. It does not meet the criteria. A decision will be made.",
            },
            decided={
                "fi": "Hakemus hylättiin ({section}, {decided}). Perustelut ovat päätöksessä.",
                "sv": "Ansökan avslogs ({section}, {decided}). Motiveringen finns i beslutet.",
                "en": "The application was rejected ({section}, {decided}). The reasons are in the decision.",
            },
        ),
        regime=CLAIM_14,
    ),
    pays=True,
)
