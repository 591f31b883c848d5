"""Criteria as documents over the API: checked, explained, tried on a past round, and a calculation replayed. Read-only."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.v1.commands import Key
from api.v1.identity import Store
from api.v1.parameters import LanguageQuery, StaffUser
from domain.adopted_criteria import adoptable, check_text, known_applications
from domain.criteria.checking import findings_as_json
from domain.criteria.document import criteria_json_schema
from domain.criteria.explanation import explain_criteria
from domain.criteria.sharing import Unsharable
from domain.criteria.units import Mistake
from domain.messages import WIRE_CONFIG, StreamId
from domain.rejections import BadContent, NotFound
from domain.streams import may_see
from domain.texts.translation import DEFAULT_LANGUAGE
from projections.views import past_rounds

router = APIRouter(tags=["criteria"])

Text = Annotated[str, Field(min_length=1, max_length=100_000, description="The criteria document, YAML.")]
SlotTexts = dict[str, Annotated[str, Field(max_length=100)]]


class CriteriaCheckRequest(BaseModel):
    """A document to be checked."""

    model_config = WIRE_CONFIG
    document: Text


class WhatIfRequest(BaseModel):
    """New criteria to be tried on a past round, with another budget where one is given."""

    model_config = WIRE_CONFIG
    document: Text
    budget: Annotated[Decimal | None, Field(max_digits=12, decimal_places=2, ge=0)] = None
    slots: Annotated[SlotTexts, Field(max_length=50, description="Values that the board fixes later.")] = {}


@router.get("/criteria/schema")
def document_schema(who: StaffUser) -> dict[str, Any]:
    """The JSON Schema of a criteria document, for editors."""
    return criteria_json_schema()


@router.post("/criteria/check")
def check_document(
    body: CriteriaCheckRequest, who: StaffUser, lang: LanguageQuery = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Every error and warning of a document with its place; and, where it can be adopted, the document in plain words."""
    rules, findings = check_text(body.document)
    return {
        **findings_as_json(rules, findings),
        "explanation": explain_criteria(rules, lang, known_applications()) if rules else None,
    }


@router.post("/rounds/{key}/what-if", responses={200: {"content": {"text/csv": {}}}})
def what_if(
    key: Key,
    body: WhatIfRequest,
    who: StaffUser,
    store: Store,
    lang: LanguageQuery = DEFAULT_LANGUAGE,
    form: Annotated[str, Query(alias="format", pattern="^(json|csv)$")] = "json",
) -> Any:
    """New criteria on a past round's real inputs: each line old and new, winners and losers. Nothing is written."""
    rules = adoptable(body.document)
    stream = StreamId(who.actor.municipality, "round", key)
    try:
        found = past_rounds.try_criteria(store, stream, rules, body.budget, body.slots)
    except Mistake as mistake:
        raise BadContent(f"{mistake.sentence} {mistake.mend}".rstrip(), field="slots") from None
    except Unsharable as error:
        raise BadContent(str(error), field="budget") from None
    if form == "csv":
        return Response(past_rounds.what_if_as_csv(found, rules, lang), media_type="text/csv; charset=utf-8")
    return past_rounds.what_if_as_json(found, rules, lang)


@router.get("/cases/{key}/replay")
def replay(key: Key, who: StaffUser, store: Store, lang: LanguageQuery = DEFAULT_LANGUAGE) -> dict[str, Any]:
    """A case's calculation counted anew from the stored events, beside what is stored: the same to the last byte, or not."""
    stream = StreamId(who.actor.municipality, "case", key)
    if not may_see(stream, store.read(stream)[1], who.actor):
        raise NotFound("There is no such thing here.")
    return past_rounds.replay_calculation(store, stream, lang).as_json()
