"""Full event trails for the archivist and the auditor, as a stream of JSON Lines."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.v1.identity import Store, holding
from domain.messages import Role
from domain.store.sessions import SignedIn
from projections.views import export

router = APIRouter(tags=["exports"])


@router.get("/exports", response_class=StreamingResponse)
def events(
    who: Annotated[SignedIn, Depends(holding(Role.ARCHIVIST, Role.AUDITOR))],
    store: Store,
    case: Annotated[str | None, Query(pattern=r"^[0-9A-Za-z-]{1,64}$")] = None,
    in_round: Annotated[str | None, Query(alias="round", pattern=r"^[0-9A-Za-z-]{1,64}$")] = None,
    year: Annotated[int | None, Query(ge=1990, le=2200)] = None,
) -> StreamingResponse:
    """Every stored event of a case, a round, a year or the whole municipality; the last line is the manifest."""
    chosen = export.select_streams(store, who.actor.municipality, case=case, round_=in_round, year=year)

    def lines() -> Iterator[str]:
        yield from export.export_lines(store, who.actor.municipality, chosen)

    return StreamingResponse(lines(), media_type="application/jsonl")
