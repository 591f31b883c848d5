"""Criteria as they are stored: the text that was adopted, its SHA-256, and what is cited of it; nothing is compiled here."""

from pydantic import BaseModel, ConfigDict

from domain.criteria.ruleset import RuleSet


class StoredCriteria(BaseModel):
    """A document as it was adopted (avustusperusteet): facts and states carry this, and never a compiled rule set.

    No field has a bound: facts are folded whatever today's rules say of the text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    sha256: str
    """Of the text in UTF-8; it names the document."""
    name: str
    edition: int
    title: str
    """Who adopted it, when and under which §, as decisions cite it."""
    process: str
    """The kind of case that it is about."""

    def __hash__(self) -> int:
        return hash(self.sha256)


def as_stored(rules: RuleSet) -> StoredCriteria:
    """What may be stored: every text that could be compiled when it was adopted, whole. Only ever widened.

    Nothing is refused here and nothing may ever be: a stored document is read back for as long as its facts are kept.
    What may be adopted today is another question, and has rules that may grow tighter.
    """
    return StoredCriteria(
        text=rules.text,
        sha256=rules.digest,
        name=rules.name,
        edition=rules.edition,
        title=rules.title,
        process=rules.document.process,
    )
