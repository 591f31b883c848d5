"""What criteria may take from an application: whoever applies them says it, as a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ApplicationFields:
    """One kind of application: the fields of its form, and its kinds of attachment with their titles by language."""

    fields: tuple[str, ...] = ()
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
