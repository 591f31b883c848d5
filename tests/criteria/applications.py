"""The kind of application that the documents of these tests are about: the library knows only what it is told."""

from domain.criteria.application_fields import ApplicationFields
from domain.criteria.checking import check_criteria
from domain.criteria.ruleset import Finding, RuleSet

APPLICATIONS = {
    "private-road-grant": ApplicationFields(
        fields=("road_name", "length_m", "costs_eur"),
        attachments={
            kind: {"fi": fi, "sv": sv, "en": kind}
            for kind, fi, sv in (
                ("map", "Kartta", "Karta"),
                ("minutes", "Pöytäkirja", "Protokoll"),
                ("cost-estimate", "Kustannusarvio", "Kostnadsförslag"),
            )
        },
    )
}


def checked(text: str) -> tuple[RuleSet | None, list[Finding]]:
    """The rule set and the findings of a text that is about these applications."""
    return check_criteria(text, APPLICATIONS)
