"""What a criteria document (avustusperusteet) may say: its keys, and the JSON Schema that editors complete it by.

Everything is still text here; `ruleset.py` reads the formulas and checks that the parts fit together.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from domain.texts.choices import LanguageCode
from domain.texts.translation import DEFAULT_LANGUAGE, ENGLISH, in_language, languages

WRITTEN_AS_TEXT = {"type": ["string", "number", "boolean"]}

Formula = Annotated[str, WithJsonSchema(WRITTEN_AS_TEXT), Field(min_length=1, max_length=1000)]
"""A formula or a number with its unit."""

ValueName = Annotated[str, Field(pattern=r"^[a-zåäö][a-zåäö0-9_]{0,39}$")]
"""The name of a value: small letters, digits and underscores."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
"""The code of a reason: small letters, digits and hyphens."""


def _texts(value: Any) -> Any:
    return {"fi": value} if isinstance(value, str) else value


def _yes_no(value: Any) -> Any:
    words = {"yes": True, "no": False, "true": True, "false": False}
    return words.get(value.lower(), value) if isinstance(value, str) else value


def _word(value: Any) -> Any:
    return {"true": "yes", "false": "no"}.get(value, value) if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


DocumentText = Annotated[
    dict[Annotated[str, LanguageCode()], Annotated[str, Field(min_length=1, max_length=2000)]],
    BeforeValidator(_texts),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {each: {"type": "string"} for each in languages()},
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""A text in each language; a bare text is Finnish."""

YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
OnFail = Literal["reject", "complete", "manual"]


class DocumentPart(BaseModel):
    """A part of a document; a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Adopted(DocumentPart):
    """Who adopted the criteria, when, and under which § of the minutes."""

    by: Annotated[str, Field(min_length=2, max_length=120)]
    on: date
    section: Annotated[str, Field(min_length=1, max_length=40)]


class ForRound(DocumentPart):
    """The round that the criteria hold for: its year, and the last instant of applying where the criteria say it."""

    year: Annotated[int, Field(ge=1990, le=2199)]
    deadline: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}$")] | None = None


class Input(DocumentPart):
    """One thing that is asked or looked up about a road: its type, its unit, and where it comes from."""

    type: Literal["money", "length", "count", "number", "percent", "text", "yes_no", "date", "moment"]
    unit: Literal["m", "km"] | None = None
    """What a bare number of a length is in; metres where nothing is said."""
    source: Annotated[
        str,
        Field(
            alias="from",
            pattern=r"^(application(\.[a-z_]+)?|handler|final_account|earlier_cases\.(last_year|last_date|last_amount|count))$",
        ),
    ] = "application"
    scheme: str | None = None
    """With `earlier_cases`: only grants of this scheme count."""
    text: DocumentText = Field(default_factory=dict)
    choices: Annotated[
        tuple[Annotated[str, WithJsonSchema(WRITTEN_AS_TEXT)], ...], Field(max_length=100)
    ] = ()
    default: Annotated[str, WithJsonSchema(WRITTEN_AS_TEXT)] | None = None
    """The value where nobody has given one."""


class Slot(DocumentPart):
    """A value that the board fixes after the applications are in; until then `preview` shows what it might give."""

    type: Literal["money", "length", "count", "number", "percent"]
    unit: Literal["€/km"] | None = None
    text: DocumentText = Field(default_factory=dict)
    preview: Formula | None = None


class Table(DocumentPart):
    """Rows that are chosen by a value (`by`) or by their own condition (`when`); the first that holds is taken."""

    by: Formula | None = None
    rows: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=200)]
    otherwise: OnFail = "manual"
    code: Code | None = None
    text: DocumentText = Field(default_factory=dict)


class CalculatedValue(DocumentPart):
    """A value with a name: its formula, its rounding, and what it is called in the reasons."""

    formula: Formula
    round: str | None = None
    text: DocumentText = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"formula": value} if isinstance(value, str) else value


class Rule(DocumentPart):
    """A condition of eligibility: what is required, and what failing does."""

    code: Code
    require: Formula
    otherwise: OnFail = "reject"
    evidence: Annotated[
        tuple[str, ...],
        BeforeValidator(_listed),
        WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
    ] = ()
    text: DocumentText = Field(default_factory=dict)


class Cap(DocumentPart):
    """The most that may be granted."""

    code: Code
    most: Formula
    text: DocumentText = Field(default_factory=dict)


class Reduction(DocumentPart):
    """A cut of the grant where a condition holds; before the budget is shared, or after it."""

    code: Code
    when: Formula
    by: Formula
    of: Literal["demand", "grant"] = "demand"
    text: DocumentText = Field(default_factory=dict)


class Sharing(DocumentPart):
    """How the budget is shared."""

    method: Literal["none", "pro_rata", "unit_price", "shares", "in_order"] = "none"
    weight: Formula | None = None
    redistribute: YesNo = False
    leftover: Literal["keep", "largest_remainder"] = "keep"
    order_by: Annotated[
        tuple[Formula, ...],
        BeforeValidator(_listed),
        WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
        Field(max_length=5),
    ] = ()
    """What puts the lines in order, the lowest first; a later formula orders those that are equal by the earlier."""
    partial: Annotated[
        Literal["no", "yes", "skip"],
        BeforeValidator(_word),
        WithJsonSchema({"enum": [True, False, "yes", "no", "skip"]}),
    ] = "no"
    """Whether a line that does not fit gets what is left, or is passed over for those behind it."""


class Roundings(DocumentPart):
    """Where amounts are rounded, and how."""

    line: str = "half_up 0.01 €"
    unit_price: str | None = None
    factor: str | None = None


class Minimum(DocumentPart):
    """The smallest grant; what comes out below it is rejected."""

    amount: Formula
    freed: Literal["share_again", "keep"] = "share_again"
    code: Code = "below-minimum"
    text: DocumentText = Field(default_factory=dict)


class Payment(DocumentPart):
    """How the grant is paid: at once, or on account with instalments and a final account."""

    when: Literal["at_once", "on_account"] = "at_once"
    instalments: Formula | None = None
    """The most that is paid before the final account: a share of the grant."""
    final: Formula | None = None
    """The final grant, by the inputs of the final account and `grant`, the most that was decided."""


class Evidence(DocumentPart):
    """An attachment that is required, where its condition holds."""

    kind: Annotated[str, Field(min_length=2, max_length=60)]
    when: Formula | None = None


class Scheme(DocumentPart):
    """One kind of grant within the document, with its share of the budget."""

    text: DocumentText = Field(default_factory=dict)
    when: Formula | None = None
    budget: str | None = None
    eligibility: Annotated[tuple[Rule, ...], Field(max_length=60)] = ()
    grant: Formula | None = None
    caps: Annotated[tuple[Cap, ...], Field(max_length=20)] = ()
    reductions: Annotated[tuple[Reduction, ...], Field(max_length=20)] = ()
    allocation: Sharing = Sharing()
    rounding: Roundings = Roundings()
    minimum: Minimum | None = None
    payment: Payment = Payment()
    invoice: Formula | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] = ()


class Example(DocumentPart):
    """A worked example: lines with their inputs and what each gives, and the figures of the whole."""

    name: str = ""
    budget: str | None = None
    slots: Mapping[str, Annotated[str, WithJsonSchema(WRITTEN_AS_TEXT)]] = Field(default_factory=dict)
    lines: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=200)]
    total: str | None = None
    unallocated: str | None = None
    unit_price: str | None = None


class Document(Scheme):
    """Adopted criteria in one edition. What stands outside `schemes` is one scheme of its own, or common to all."""

    name: Annotated[str, Field(pattern=r"^[a-zåäö0-9-]{3,60}$")]
    edition: Annotated[int, Field(ge=1, le=9999)] = 1
    process: str
    title: DocumentText = Field(default_factory=dict)
    adopted: Adopted
    legal_basis: Literal["YksTL 84 §", "KuntaL 7 §"] = "YksTL 84 §"
    round: ForRound | None = None
    reserve: str | None = None
    renewal: YesNo = False
    inputs: Annotated[dict[ValueName, Input], Field(max_length=100)]
    slots: Annotated[dict[ValueName, Slot], Field(max_length=50)] = Field(default_factory=dict)
    tables: Annotated[dict[ValueName, Table], Field(max_length=50)] = Field(default_factory=dict)
    values: Annotated[dict[ValueName, CalculatedValue], Field(max_length=200)] = Field(default_factory=dict)
    schemes: Annotated[dict[Code, Scheme], Field(max_length=20)] = Field(default_factory=dict)
    conditions: Annotated[tuple[DocumentText, ...], Field(max_length=50)] = ()
    examples: Annotated[tuple[Example, ...], Field(max_length=50)] = ()

    def named(self) -> Iterator[tuple[str, str]]:
        """Every name that its formulas may use, with the key that it stands under."""
        for where in ("inputs", "slots", "tables", "values"):
            yield from ((where, name) for name in getattr(self, where))

    def levels(self) -> Iterator[tuple[tuple[str, ...], Scheme]]:
        """Where conditions, caps and evidence may stand: the document itself and each scheme, with its path."""
        yield (), self
        yield from ((("schemes", name), each) for name, each in self.schemes.items())


ROW_KEYS = ("is", "from", "above", "up_to", "below", "when")
"""What chooses a row of a table; every other key is a column."""


def criteria_json_schema() -> dict[str, Any]:
    """The JSON Schema of a document (draft 2020-12), for editors that complete and check while one writes."""
    found = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Asiapolku criteria document",
        **{key: value for key, value in found.items() if key != "title"},
    }


def text_in_language(texts: Mapping[Any, str], language: str, otherwise: str) -> str:
    """A text in the language, else its English translated, else in any language, else another name for it."""
    if language in texts or ENGLISH in texts:
        return in_language(texts, language)
    return texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), otherwise)


def readable(code: str) -> str:
    """A code or a name as words, where it has no text."""
    return re.sub(r"[-_]", " ", code)
