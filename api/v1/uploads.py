"""Attachments come in as bytes before the application that names them."""

from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from api.v1.commands import Files
from api.v1.identity import CurrentUser

router = APIRouter(tags=["attachments"])


class Uploaded(BaseModel):
    """What an attachment is named by from now on."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    sha256: str
    name: str
    media_type: str
    size: int


@router.post("/attachments", status_code=201)
def upload(who: CurrentUser, file: Annotated[UploadFile, File()], files: Files) -> Uploaded:
    """Keep a document by the SHA-256 of its bytes, when its size, type and content can be trusted."""
    kept = files.keep(who.actor.municipality, file.filename or "", file.file)
    return Uploaded(sha256=kept.sha256, name=kept.name, media_type=kept.media_type, size=kept.size)
