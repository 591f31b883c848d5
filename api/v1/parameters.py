"""What several addresses of the API ask alike: the language of the texts, and somebody of the staff."""

from typing import Annotated

from fastapi import Depends, Query

from api.v1.identity import holding
from domain.messages import STAFF
from domain.store.sessions import SignedIn
from domain.texts.choices import LanguageCode

LanguageQuery = Annotated[str, LanguageCode(), Query(alias="lang")]
StaffUser = Annotated[SignedIn, Depends(holding(*STAFF))]
