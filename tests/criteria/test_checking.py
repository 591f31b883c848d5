"""A document is checked as a whole: what is wrong in it and where, what looks odd, and whether its examples come out."""

import pytest

from domain.criteria.ruleset import Finding
from tests.criteria.applications import checked
from tests.criteria.full_document import WHOLE

PLAIN = """\
name: plain-one
adopted: {by: Lautakunta, on: 2026-02-03, section: § 12}
budget: 1 000 €
inputs:
  length: {type: length, text: {fi: Pituus, sv: Längd, en: Length}}
  costs: {type: money, text: {fi: Kulut, sv: Kostnader, en: Costs}}
tables:
  tier:
    by: length
    rows:
      - {up_to: 500 m, share: 50 %}
      - {above: 500 m, share: 75 %}
grant: tier.share * costs
allocation: {method: pro_rata}
process: private-road-grant
examples:
  - lines:
      - {id: a, length: 400, costs: 100, gives: 50 €}
"""


def found(text: str) -> list[Finding]:
    return checked(text)[1]


def place(text: str, needle: str, nth: int = 0) -> tuple[int, int]:
    """Line and column of a piece of the text."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(needle, at + 1)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for right, wrong in pairs:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


def only(text: str, severity: str = "error") -> Finding:
    """The one finding of its severity."""
    (one,) = [each for each in found(text) if each.severity == severity]
    assert all(each.severity == severity for each in found(text))
    return one


def test_a_plain_document_has_nothing_to_say_and_is_a_rule_set() -> None:
    rules, findings = checked(PLAIN)
    assert findings == []
    assert rules is not None
    assert rules.title == "Lautakunta 3.2.2026 § 12"


@pytest.mark.parametrize(
    ("before", "after", "at", "saying"),
    [
        ("process: private-road-grant", "process: boat-place", "boat-place", "no such process"),
        ("{type: length, text", "{type: length, from: application.lenght, text", "application.lenght", "no lenght"),
        ("grant:", "evidence: [{kind: map}, {kind: photograph}]\ngrant:", "photograph", "attachment photograph"),
        (
            "grant:",
            "eligibility: [{code: long, require: length >= 1 m, evidence: [map, scroll], text: {fi: a, sv: b, en: c}}]\ngrant:",
            "scroll",
            "attachment scroll",
        ),
    ],
)  # fmt: skip
def test_what_the_process_does_not_have_cannot_be_adopted(
    before: str, after: str, at: str, saying: str
) -> None:
    text = changed(PLAIN, (before, after))
    finding = only(text)
    assert saying in finding.sentence
    assert (finding.line, finding.column) == place(text, at)
    assert checked(text)[0] is None


def test_a_schemes_evidence_is_the_processs_as_well() -> None:
    scheme = PLAIN.replace(
        "grant: tier", "schemes:\n  plain:\n    evidence: [{kind: scroll}]\n    grant: tier"
    )
    text = scheme.replace("allocation: {", "    allocation: {")
    assert "attachment scroll" in only(text).sentence
    assert checked(text.replace("kind: scroll", "kind: map"))[0] is not None


# Units ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("grant: costs + length", 13, 14),
        ('grant: "costs + length"', 13, 15),
        ("grant: 'costs + length'", 13, 15),
        ("grant: |\n  costs\n  + length", 15, 3),
        ("grant: |2- # a comment\n    costs +\n    length", 14, 11),
        ("grant: >\n  costs\n\n  + length", 16, 3),
        ("grant: >-\n  costs +\n  length", 14, 9),
        ("grant:\n  costs\n  + length", 15, 3),
        ("grant: costs\n  + length", 14, 3),
        ('grant: "costs\n    + length"', 14, 5),
        ("grant:   costs   +   length", 13, 18),
        ("grant: 'if ''I'' = \"I\" then costs + length else costs'", 13, 35),
        ('grant: "if \\"I\\" = \'I\' then costs\\n \\u002b length else costs"', 13, 37),
    ],
)  # fmt: skip
def test_euros_and_metres_are_not_added_wherever_a_formula_stands(
    written: str, line: int, column: int
) -> None:
    error = only(changed(PLAIN, ("grant: tier.share * costs", written)))
    assert error.sentence == "Euros and kilometres cannot be added."
    assert "the left side is in euros, the right side in kilometres" in error.mend.lower()
    assert (error.line, error.column) == (line, column)


def test_a_formula_in_a_cell_is_told_at_its_own_character() -> None:
    text = changed(PLAIN, ("share: 75 %", "share: = 75 % + length"))
    error = only(text)
    assert "cannot be added" in error.sentence
    assert (error.line, error.column) == place(text, "+ length")


# One fault at a time -------------------------------------------------------------------------------------------------

FAULTS = [
    # what is changed                              where it is told, what is said, and how it is mended
    ("grant: tier", "grnat: tier", "grnat", "There is no key “grnat” here", "Did you mean “grant”?"),
    ("type: money", "tpye: money", "tpye", "There is no key “tpye” here", "Did you mean “type”?"),
    ("text: {fi: Kulut, sv", "text: {fr: Kulut, sv", "fr: Kulut", "“fr” is not known here", ""),
    ("method: pro_rata", "methd: pro_rata", "methd", "There is no key “methd” here", "Did you mean “method”?"),
    ("method: pro_rata", "method: fairly", "fairly", "“fairly” is not known here", ""),
    ("gives: 50 €}", "gives: 50 €}\n    totel: 1", "totel", "There is no key “totel” here", "“total”"),
    ("section: § 12", "on_top: 1", "adopted", "“section” is missing here", "Add it"),
    ("name: plain-one\n", "", "adopted", "“name” is missing here", "Add it"),
    ("name: plain-one", "name: Plain One", "Plain One", "“Plain One” is not written as it should be", "Small letters"),
    ("  length: {type: length", "  Length: {type: length", "Length", "“Length” is not written as it should be", "road_length"),
    ("type: money", "type: euros", "euros", "“euros” is not known here", ""),
    ("name: plain-one", "name:", "\nadopted", "“name” is empty", "leave the key out"),
    ("on: 2026-02-03", "on: 2026-02-31", "2026-02-31", "“on”: input should be a valid date", ""),
    ("allocation: {method: pro_rata}", "allocation: pro_rata", "pro_rata", "“allocation” should hold keys", ""),
    ("grant: tier.share * costs", "caps: {code: x}\ngrant: tier.share * costs", "{code: x}", "“caps” should hold a list of entries, each after a hyphen.", ""),
    ("budget: 1 000 €", "budget: 1 000 €\nname: twice", "name: twice", "“name” stands here twice.", "Leave one"),
    ("budget: 1 000 €", "budget: &a 1 000 €", "&a", "Anchors and aliases", "in quotes"),
    ("budget: 1 000 €", "budget: !money 1 000 €", "!money", "Tags (!) are not used here.", "in quotes"),
    ("budget: 1 000 €", "budget: [1 000 €", ":\n  length", "The document is not YAML", "brackets"),
    ("budget: 1 000 €", "budget: a: 1", ": 1", "The document is not YAML", "A text with a colon stands in quotes"),
    ("  length: {type", "\tlength: {type", "\tlength", "The document is not YAML", "Indent with spaces."),
    ("budget: 1 000 €", "budget: 1000,50 €", "1000,50", "has a decimal comma", "1000.50 €"),
    ("budget: 1 000 €", "budget: 1 000 km", "1 000 km", "“1 000 km” cannot stand here.", "30 000 €"),
    ("budget: 1 000 €", "budget: 0.005 €", "0.005", "is finer than a cent", "cents"),
    ("budget: 1 000 €", "budget: 1 000 €\nreserve: 5 km", "5 km", "“5 km” cannot stand here.", "30 000 € or 5 %"),
    ("budget: 1 000 €", "budget: 1 000 €\nreserve: 101 %", "101 %", "“101 %” cannot stand here.", "30 000 € or 5 %"),
    ("above: 500 m, share: 75 %", "above: 500 m", "{above", "This row has no share.", "the same columns"),
    ("share: 75 %", "share: 75 €", "75 €", "share is euros here and a percentage in another row.", "one kind of value"),
    ("{above: 500 m, share", "{share", "{share: 75", "This row does not say when it is taken.", "is:"),
    ("    by: length\n", "", "{up_to", "A table without `by` has rows with `when`.", "Add by:"),
    ("above: 500 m", "above: 500", "500, share: 75", "is a plain number, but the table is chosen by kilometres.", "Write 500 m."),
    ("above: 500 m", "above: [500 m]", "[500 m]", "A single value should stand here.", ""),
    ("share: 75 %", "share: [75 %]", "[75 %]", "A cell holds one value.", ""),
    ("by: length", "by: lenght", "lenght", "There is nothing called lenght.", "Did you mean length?"),
    ("tier.share * costs", "tier.shrae * costs", "tier.shrae", "The table tier has no column shrae", "Did you mean tier.share?"),
    ("tier.share * costs", "tier * costs", "tier * costs", "tier is a table", "tier.share"),
    ("tier.share * costs", "tier.share * length", "* length", "The grant is kilometres, but should be euros.", "units"),
    ("tier.share * costs", "unknown * costs", "unknown", "There is nothing called unknown.", "The names are"),
    ("costs: {type: money,", "costs: {type: money, unit: km,", "km, text", "Only a length has a unit of its own.", ""),
    ("costs: {type: money,", "costs: {type: money, choices: [a],", "[a]", "Only a text has choices.", ""),
    ("costs: {type: money,", "costs: {type: money, default: 5 km,", "5 km", "“5 km” is kilometres; euros is asked for.", "€"),
    ("costs: {type: money,", "costs: {type: money, from: somebody,", "somebody", "“somebody” is not written as it should be", "earlier_cases"),
    ("  costs: {type: money", "  tier: {type: money}\n  costs: {type: money", "tier:\n", "“tier” is a name under inputs already.", "another name"),
    ("  costs: {type: money", "  min: {type: money}\n  costs: {type: money", "min:", "“min” is a word of its own in formulas.", "another name"),
    ("grant: tier.share * costs\n", "", "name", "“grant” is missing: the formula of the grant.", "grant: 50 % * costs"),
    ("method: pro_rata", "method: shares", "allocation", "“weight” is missing", "weight: length"),
    ("method: pro_rata", "method: shares, weight: length", "grant:", "With the method shares the grant comes from the weight.", ""),
    ("method: pro_rata", "method: in_order", "allocation", "“order_by” is missing", "order_by: priority"),
    ("grant: tier.share * costs", "grant: tier.share * costs\nrounding: {line: half_up 1 km}", "half_up", "The rounding is in kilometres, the value in euros.", "€"),
    ("grant: tier.share * costs", "grant: tier.share * costs\nrounding: {line: half_up 0.001 €}", "half_up", "A grant is paid in whole cents.", ""),
    ("grant: tier.share * costs", "grant: tier.share * costs\nrounding: {line: sideways 1 €}", "sideways", "is not a rounding.", "half_up 0.01 €"),
    ("grant: tier.share * costs", "grant: tier.share * costs\nminimum: {amount: 5 km}", "5 km", "The minimum is kilometres, but should be euros.", ""),
    ("grant: tier.share * costs", "grant: tier.share * costs\nwhen: costs", "costs\nallocation", "The condition is euros, but should be yes/no.", ""),
    ("grant: tier.share * costs", "grant: tier.share * costs\nreductions: [{code: cut, when: yes, by: 5 €}]", "5 €}]", "A reduction is euros, but should be a percentage.", ""),
    ("grant: tier.share * costs", "grant: tier.share * costs\neligibility:\n  - {code: aa, require: yes}\n  - {code: aa, require: no}", "aa, require: no", "The code aa is used twice.", "its own"),
    ("grant: tier.share * costs", "grant: tier.share * costs\nvalues: {a: b, b: c + 1, c: a}", "b, b:", "“a” needs itself: a → b → c → a.", "without the others"),
    ("by: length", "by: tier.share * length", "tier:", "“tier” needs itself: tier → tier.", "without"),
    ("budget: 1 000 €", "budget: 1 000 €\nround: {year: 2026, deadline: 2026-02-31 16:00}", "2026-02-31 16", "is not a day with a clock time", "16:00"),
    ("budget: 1 000 €", "budget: 1 000 €\nround: {year: 2026, deadline: soon}", "soon", "“soon” is not written as it should be", "2026-04-30 16:00"),
    ("budget: 1 000 €", "budget: 1 000 €\nslots: {price: {type: money, unit: €/km, preview: 5 €}}", "5 €}}", "is euros; euros per kilometre is asked for", ""),
    ("budget: 1 000 €", 'budget: "\\ud800"', '"\\ud800"', "a character that cannot be kept", "backslash"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "at", "sentence", "mend"), FAULTS, ids=[each[1][:40] for each in FAULTS]
)
def test_a_fault_is_told_with_its_place_and_how_to_mend_it(
    right: str, wrong: str, at: str, sentence: str, mend: str
) -> None:
    text = changed(PLAIN, (right, wrong))
    errors = [each for each in found(text) if each.severity == "error"]
    error, *_ = [each for each in errors if sentence in each.sentence]
    assert (error.line, error.column) in {place(text, at, nth) for nth in range(text.count(at))}
    assert mend in error.mend
    assert checked(text)[0] is None


def test_a_bare_nought_in_a_column_takes_the_unit_of_the_other_rows() -> None:
    for first, second in (("0", "10 €"), ("10 €", "0")):
        text = changed(
            PLAIN,
            ("share: 50 %", f"share: 50 %, bonus: {first}"),
            ("share: 75 %", f"share: 75 %, bonus: {second}"),
            ("grant: tier.share * costs", "grant: max(tier.bonus, 0 €) - tier.bonus + tier.share * costs"),
        )
        assert found(text) == []


def test_several_faults_are_told_at_once_in_the_order_of_the_text() -> None:
    text = changed(
        PLAIN, ("by: length", "by: lenght"), ("budget: 1 000 €", "budget: 5 km"), ("pro_rata", "in_order")
    )
    assert [each.line for each in found(text)] == [3, 9, 14]


def test_where_there_are_schemes_nothing_that_belongs_to_one_stands_outside() -> None:
    text = changed(
        WHOLE, ("schemes:\n", "rounding: {line: half_up 1 €}\nallocation: {method: none}\nschemes:\n")
    )
    errors = found(text)
    assert [(each.line, each.column) for each in errors] == [
        place(text, "rounding: {line: half_up"),
        place(text, "allocation: {method: none}"),
    ]
    assert {each.mend for each in errors} == {"Where there are schemes, each has its own."}


def test_a_hundred_faults_are_enough_at_a_time() -> None:
    unknown = "".join(f"  v{n}: nothing{n}\n" for n in range(150))
    assert len(found(PLAIN + "values:\n" + unknown)) == 100
    assert len(found(PLAIN + "".join(f"k{n}: 1\n" for n in range(150)))) == 100


# What looks odd ------------------------------------------------------------------------------------------------------

CLASSES = changed(
    PLAIN,
    (
        "  costs:",
        "  road_class: {type: text, choices: [I, II], text: {fi: Luokka, sv: Klass, en: Class}}\n  costs:",
    ),
    ("by: length", "by: road_class"),
    ("{up_to: 500 m,", "{is: I,"),
    ("{above: 500 m,", "{is: II,"),
    ("grant: tier.share * costs", "grant: if length > 0 then tier.share * costs else 0"),
    ("{id: a, ", "{id: a, road_class: I, "),
)


def test_classes_that_all_can_be_reached_are_in_order() -> None:
    assert found(CLASSES) == []


ODD = [
    (
        CLASSES,
        [("{is: II, share: 75 %}", "{is: II, share: 75 %}\n      - {is: IV, share: 1 %}")],
        "{is: IV",
        "Nobody can reach this row of tier.",
    ),
    (
        CLASSES,
        [("{is: II, share: 75 %}", "{is: [II], share: 75 %}\n      - {is: I, share: 1 %}")],
        "{is: I, share: 1 %",
        "Nobody can reach this row of tier.",
    ),
    (
        CLASSES,
        [("{is: II, share: 75 %}", "{is: [II, I], share: 75 %}")],
        "{is: [II, I]",
        "The rows 1 and 2 of tier overlap (road_class = I); the first is taken.",
    ),
    (CLASSES, [("[I, II]", "[I, II, III]")], "tier:", "The rows of tier leave a gap (road_class = III)"),
    (PLAIN, [("above: 500 m", "from: 500 m")], "{from", "The rows 1 and 2 of tier overlap (length = 0.50 km)"),
    (PLAIN, [("up_to: 500 m", "below: 500 m")], "tier:", "The rows of tier leave a gap (length = 0.50 km)"),
    (PLAIN, [("above: 500 m", "above: 600 m")], "tier:", "The rows of tier leave a gap (length = 0.501 km)"),
    (PLAIN, [("above: 500 m", "above: 500 m, up_to: 5 km")], "tier:", "The rows of tier leave a gap (length = 5.001 km)"),
    (
        PLAIN,
        [("{above: 500 m, share: 75 %}", "{above: 500 m, share: 75 %}\n      - {up_to: 100 m, share: 1 %}")],
        "{up_to: 100 m",
        "Nobody can reach this row of tier.",
    ),
    (PLAIN, [("budget: 1 000 €", "budget: 1 000 €\nreserve: 100 %"), ("50 €}", "rejected}")], "100 %", "The reserve takes the whole budget"),
    (PLAIN, [("budget: 1 000 €", "budget: 1 000 €\nreserve: 1 000 €"), ("50 €}", "rejected}")], "1 000 €\ninputs", "The reserve takes the whole budget"),
    (
        PLAIN,
        [("grant: tier", "rounding: {line: down 2 000 €}\ngrant: tier"), ("50 €}", "rejected}")],
        "down 2 000",
        "A grant is rounded to more than the whole budget",
    ),
    (
        PLAIN,
        [("grant: tier", "caps: [{code: top, most: 40 €, text: {fi: a, sv: b, en: c}}]\nminimum: {amount: 41 €}\ngrant: tier"), ("50 €}", "rejected}")],
        "40 €",
        "The cap top is at most 40.00 €, below the smallest grant",
    ),
    (
        PLAIN,
        [
            ("share: 50 %", "share: 50 %, top: 30 €"),
            ("share: 75 %", "share: 75 %, top: 40 €"),
            ("grant: tier", "caps: [{code: top, most: tier.top, text: {fi: a, sv: b, en: c}}]\nminimum: {amount: 41 €}\ngrant: tier"),
            ("50 €}", "rejected}"),
        ],
        "tier.top",
        "The cap top is at most 40.00 €, below the smallest grant",
    ),
    (PLAIN, [("fi: Kulut, sv: Kostnader, en: Costs", "fi: Kulut")], "costs:", "“costs” has no text in sv, en."),
    (
        PLAIN,
        [("grant: tier", "eligibility:\n  - {code: too-dear, require: costs < 1 000 €}\ngrant: tier")],
        "{code: too-dear",
        "“too-dear” has no text in fi, sv, en.",
    ),
    (PLAIN, [("    by: length\n", "    by: length\n    otherwise: reject\n")], "tier:", "“no-row-tier” has no text in fi, sv, en."),
    (
        PLAIN,
        [("grant: tier", "minimum: {amount: 5 €, code: too-small}\ngrant: tier")],
        "minimum",
        "“too-small” has no text in fi, sv, en.",
    ),
    (PLAIN, [("grant: tier.share * costs", "grant: 50 % * costs")], "tier:", "Nothing looks at “tier”."),
    (PLAIN, [("grant: tier", "values: {idle: costs / 2}\ngrant: tier")], "idle", "Nothing looks at “idle”."),
    (
        PLAIN,
        [("budget: 1 000 €", "budget: 1 000 €\nslots: {price: {type: money, text: {fi: a, sv: b, en: c}}}")],
        "price",
        "Nothing looks at “price”.",
    ),
    (
        PLAIN,
        [("examples:\n  - lines:\n      - {id: a, length: 400, costs: 100, gives: 50 €}\n", "")],
        "name",
        "The document has no worked examples.",
    ),
    (WHOLE, [("budget: 60 %", "budget: 101 000 €"), ("5100 €", "5100.00 €")], "schemes:", "The schemes' budgets come to more than the whole."),
    (WHOLE, [("budget: rest", "budget: 50 %")], "schemes:", "The schemes' budgets come to more than the whole."),
    (WHOLE, [("budget: rest", "budget: 30 %")], "schemes:", "The schemes' budgets come to less than the whole"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "changes", "at", "sentence"), ODD, ids=[each[3][:50] for each in ODD])
def test_what_looks_odd_is_told_with_its_place(
    base: str, changes: list[tuple[str, str]], at: str, sentence: str
) -> None:
    text = changed(base, *changes)
    rules, findings = checked(text)
    assert rules is not None, findings
    odd = [each for each in findings if each.sentence.startswith(sentence)]
    assert [each.severity for each in odd] == ["warning"], findings
    assert (odd[0].line, odd[0].column) in {place(text, at, nth) for nth in range(text.count(at))}
    assert len(findings) == 1, findings


def test_a_gap_that_is_meant_is_no_gap() -> None:
    text = changed(
        PLAIN,
        ("above: 500 m", "above: 600 m"),
        ("    by: length\n", "    by: length\n    otherwise: complete\n    text: {fi: a, sv: b, en: c}\n"),
    )
    assert found(text) == []


def test_rows_of_which_each_has_its_own_condition_may_overlap_but_must_be_reached() -> None:
    rows = "    rows:\n      - {when: costs > 5 €, share: 5 %}\n      - {when: yes, share: 6 %}\n"
    text = PLAIN.replace("    by: length\n", "").replace(
        "    rows:\n      - {up_to: 500 m, share: 50 %}\n      - {above: 500 m, share: 75 %}\n", rows
    )
    text = changed(
        text,
        ("gives: 50 €", "gives: 5 €"),
        ("tier.share * costs", "if length > 0 then tier.share * costs else 0"),
    )
    assert found(text) == []
    unreached = changed(text, ("when: costs > 5 €", "when: yes"), ("gives: 5 €", "gives: 5 €"))
    assert [each.sentence for each in found(unreached)] == ["Nobody can reach this row of tier."]


# Examples ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "at", "sentence"),
    [
        ([("gives: 50 €", "gives: 51 €")], "51 €", "a should give 51 €, but gives 50.00 €."),
        ([("gives: 50 €", "gives: 50.01 €")], "50.01 €", "a should give 50.01 €, but gives 50.00 €."),
        ([("gives: 50 €", "gives: rejected")], "rejected", "a should give rejected, but gives 50.00 €."),
        ([("gives: 50 €", "gives: much")], "much", "a should give much, but gives 50.00 €."),
        ([("costs: 100, ", "")], "50 €}", "a should give 50 €, but gives incomplete missing-costs."),
        ([("length: 400", "length: x")], "50 €}", "a should give 50 €, but gives incomplete unreadable-length."),
        ([(", gives: 50 €", "")], "{id: a", "The line a does not say what it gives."),
        ([("gives: 50 €}", "gives: 50 €}\n    total: 51 €")], "51 €", "total should be 51 €, but is 50.00."),
        ([("gives: 50 €}", "gives: 50 €}\n    unallocated: 951 €")], "951 €", "unallocated should be 951 €, but is 950.00."),
        ([("gives: 50 €}", "gives: 50 €}\n    unit_price: 5 €/km")], "5 €/km", "unit_price should be 5 €/km, but is None."),
        ([("gives: 50 €}", "gives: 50 €}\n    total: much")], "much", "“much” is not a number with a unit."),
        ([("id: a", "idd: a")], "{idd", "Row 1 has no id."),
        ([("id: a", "id: a, width: 3")], "{id: a", "Row 1 has a column width that the criteria do not ask."),
        ([("  - lines", "  - budget: 50 %\n    lines")], "{id: a", "50 % is no budget."),
        ([("  - lines", "  - slots: {x: 1}\n    lines")], "{id: a", "There is no slot x."),
        ([("method: pro_rata", "method: none"), ("budget: 1 000 €", "budget: 40 €")], "lines", "The grants come to 50.00 € and the budget is 40.00 €"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_come_out_is_an_error_that_says_what_came(
    changes: list[tuple[str, str]], at: str, sentence: str
) -> None:
    text = changed(PLAIN, *changes)
    rules, findings = checked(text)
    assert rules is None
    (error,) = [each for each in findings if each.severity == "error"]
    assert error.sentence.startswith(sentence)
    assert error.line == place(text, at, text.count(at) - 1)[0]


def test_an_example_tells_an_outcome_by_its_word_and_by_its_reasons() -> None:
    beyond = changed(
        PLAIN,
        (
            "grant: tier",
            "eligibility: [{code: too-dear, require: costs < 50 €, text: {fi: a, sv: b, en: c}}]\ngrant: tier",
        ),
    )
    for gives in ("rejected", "rejected too-dear"):
        assert found(changed(beyond, ("gives: 50 €", f"gives: {gives}"))) == []
    for gives in ("rejected too-small", "manual", "rejected too-dear too-small", "0 €"):
        (error,) = found(changed(beyond, ("gives: 50 €", f"gives: {gives}")))
        assert error.sentence == f"a should give {gives}, but gives rejected too-dear."


def test_an_example_has_its_own_budget_and_ids_are_read_as_rows_are() -> None:
    text = changed(
        PLAIN,
        ("  - lines", "  - budget: 30 €\n    lines"),
        ("id: a", 'id: " a "'),
        ("gives: 50 €", "gives: 30 €"),
    )
    assert found(text) == []


def test_more_examples_than_can_be_counted_are_told_so() -> None:
    line = "      - {id: a, length: 400, costs: 100, gives: 50 €}\n"
    many = "".join(line.replace("id: a", f"id: a{n}") for n in range(190))
    (error,) = found(PLAIN + "".join(f"  - lines:\n{many}" for _ in range(1)) * 8)
    assert (error.line, error.column) == place(PLAIN, "examples")
    assert "1521 lines" in error.sentence
