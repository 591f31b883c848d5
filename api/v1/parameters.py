"""What several addresses of the API ask alike: the language of the texts, and somebody of the staff."""

from typing import Annotated

from fastapi import Depends, Query

from api.v1.identity import holding
from domain.messages import STAFF
from domain.store.sessions import SignedIn

LanguageQuery = Annotated[str, Query(alias="lang", pattern="^(fi|sv|en)$")]
StaffUser = Annotated[SignedIn, Depends(holding(*STAFF))]
