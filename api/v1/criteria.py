"""Criteria as documents over the API: checked, explained, tried on a past round, and a calculation replayed. Read-only."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api.v1.commands import Key
from api.v1.identity import SignedIn, Store, holding
from domain.criteria.checking import as_json, check
from domain.criteria.document import schema
from domain.criteria.explanation import explain
from domain.criteria.sharing import Unsharable
from domain.criteria.units import Mistake
from domain.decider import may_see
from domain.messages import SPOKEN, STAFF, StreamId
from domain.municipality.decide import adoptable
from domain.rejections import BadContent, NotFound
from projections.views import past_rounds

router = APIRouter(tags=["criteria"])

Language = Annotated[str, Query(alias="lang", pattern="^(fi|sv|en)$")]
Staff = Annotated[SignedIn, Depends(holding(*STAFF))]
Text = Annotated[str, Field(min_length=1, max_length=100_000, description="The criteria document, YAML.")]
Texts = dict[str, Annotated[str, Field(max_length=100)]]


class Checked(BaseModel):
    """A document to be checked."""

    model_config = SPOKEN
    document: Text


class Tried(BaseModel):
    """New criteria to be tried on a past round, with another budget where one is given."""

    model_config = SPOKEN
    document: Text
    budget: Annotated[Decimal | None, Field(max_digits=12, decimal_places=2, ge=0)] = None
    slots: Annotated[Texts, Field(max_length=50, description="Values that the board fixes later.")] = {}


@router.get("/criteria/schema")
def document_schema(who: Staff) -> dict[str, Any]:
    """The JSON Schema of a criteria document, for editors."""
    return schema()


@router.post("/criteria/check")
def check_document(body: Checked, who: Staff, lang: Language = "fi") -> dict[str, Any]:
    """Every error and warning of a document with its place; and, where it can be adopted, the document in plain words."""
    rules, findings = check(body.document)
    return {
        **as_json(rules, findings),
        "explanation": explain(rules, lang) if rules else None,
    }


@router.post("/rounds/{key}/what-if", responses={200: {"content": {"text/csv": {}}}})
def what_if(
    key: Key,
    body: Tried,
    who: Staff,
    store: Store,
    lang: Language = "fi",
    form: Annotated[str, Query(alias="format", pattern="^(json|csv)$")] = "json",
) -> Any:
    """New criteria on a past round's real inputs: each line old and new, winners and losers. Nothing is written."""
    rules = adoptable(body.document)
    stream = StreamId(who.actor.municipality, "round", key)
    try:
        found = past_rounds.try_out(store, stream, rules, body.budget, body.slots)
    except Mistake as mistake:
        raise BadContent(f"{mistake.sentence} {mistake.mend}".rstrip(), field="slots") from None
    except Unsharable as error:
        raise BadContent(str(error), field="budget") from None
    if form == "csv":
        return Response(past_rounds.as_csv(found, rules, lang), media_type="text/csv; charset=utf-8")
    return past_rounds.as_json(found, rules, lang)


@router.get("/cases/{key}/replay")
def replay(key: Key, who: Staff, store: Store, lang: Language = "fi") -> dict[str, Any]:
    """A case's calculation counted anew from the stored events, beside what is stored: the same to the last byte, or not."""
    stream = StreamId(who.actor.municipality, "case", key)
    if not may_see(stream, store.read(stream)[1], who.actor):
        raise NotFound("There is no such thing here.")
    return past_rounds.replay(store, stream, lang).as_json()
