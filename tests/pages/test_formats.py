"""Days, instants and amounts as each language writes them."""

from api.ui.pages.sign_in import local_address
from api.ui.render import split_title
from domain.criteria.criteria_texts import localized
from domain.texts import formats


def test_days_and_instants_are_those_of_helsinki() -> None:
    assert formats.format_day("2026-10-05", "fi") == "5.10.2026"
    assert formats.format_day("2026-10-05T21:30:00Z", "fi") == "6.10.2026"
    assert formats.format_instant("2026-10-05T06:04:00Z", "fi") == "5.10.2026\u00a0klo\u00a09.04"
    assert formats.format_instant("2026-10-05T06:04:00Z", "sv") == "5.10.2026\u00a0kl.\u00a09.04"


def test_amounts_have_commas_and_spaces_that_do_not_break() -> None:
    for language in ("fi", "sv"):
        assert formats.format_money("1842.5", language) == "1\u00a0842,50\u00a0€"
        assert formats.format_quantity("690.00", "€/km", language) == "690\u00a0€/km"
        assert formats.format_money("-5", language) == "−5,00\u00a0€"


def test_english_has_one_spelling_of_amounts() -> None:
    assert formats.format_money("1842.5", "en") == "€1,842.50"
    assert formats.format_money("-5", "en") == "−€5.00"
    assert formats.format_quantity("690.00", "€/km", "en") == "€690/km"
    assert formats.format_quantity("10.45", "km", "en") == "10.45\u00a0km"
    assert formats.format_number("1234.5", "en", 2) == "1,234.50"


def test_a_formula_is_written_as_the_language_writes_it_whatever_it_holds() -> None:
    assert localized("min(0.51 km, 2026-04-05)", "fi") == "pienin(0,51\u00a0km; 5.4.2026)"
    assert localized("2026-13-45", "fi") == "45.13.2026", "a text that only looks like a day"
    assert localized("12345.5 € and 690 €/km", "sv") == "12\u00a0345,5\u00a0€ och 690\u00a0€/km"
    assert localized("12345.5 € and 690 €/km", "en") == "€12,345.5 and €690/km"


def test_a_title_is_split_into_a_label_and_a_hint() -> None:
    assert split_title("Last day (empty: today)") == ("Last day", "empty: today")
    assert split_title("Evidence: a document, a look-up") == ("Evidence", "a document, a look-up")
    assert split_title("Account number (IBAN)") == ("Account number (IBAN)", "")


def test_nobody_is_sent_elsewhere_after_signing_in() -> None:
    assert local_address("/cases/1?x=2") == "/cases/1?x=2"
    for elsewhere in ("https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)"):
        assert local_address(elsewhere) == "/"
