"""Reading the bank's camt.054 notifications (ISO 20022): a debit is a booking, a credit with return information a return."""

from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from workers.adapters.payment import Booking, PartyUnavailable, Return

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
NO_REASON_GIVEN = "MS03"


def read_notifications(document: bytes) -> list[Booking | Return]:
    """Each booked transaction in order; what carries no end-to-end id, or is none of the two, is left out.

    Raises PartyUnavailable where the document is another than camt.054.001.08, so that nothing in it is passed over.
    """
    try:
        root = fromstring(document)
        if root.tag != f"{{{NAMESPACE}}}Document":
            raise PartyUnavailable("the bank's document is no camt.054.001.08")
        return [told for entry in root.iter(f"{{{NAMESPACE}}}Ntry") for told in _booked(entry)]
    except (ParseError, ValueError):
        raise PartyUnavailable("the bank's document cannot be read") from None


def _booked(entry: Element) -> list[Booking | Return]:
    if _text(entry, "Sts/Cd") not in ("BOOK", ""):
        return []  # pending and informational entries have moved no money yet
    told: list[Booking | Return] = []
    for details in entry.iter(f"{{{NAMESPACE}}}TxDtls"):
        payment = _text(details, "Refs/EndToEndId")
        reference = _text(details, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef", "NtryRef") or payment
        returned = details.find(f"{{{NAMESPACE}}}RtrInf") is not None
        match _text(details, "CdtDbtInd") or _text(entry, "CdtDbtInd"):
            case "CRDT" if payment and returned:
                reason = _text(details, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry") or NO_REASON_GIVEN
                told.append(Return(payment, _day(entry), reason, reference))
            case "DBIT" if payment and not returned and _text(entry, "RvslInd") not in ("true", "1"):
                told.append(Booking(payment, _day(entry), reference))
    return told


def _day(entry: Element) -> date:
    """The booking date; of a moment, the day the bank writes it with."""
    return date.fromisoformat(_text(entry, "BookgDt/Dt", "BookgDt/DtTm")[:10])


def _text(element: Element, *paths: str) -> str:
    """What stands under the first of these paths that has something."""
    for path in paths:
        names = "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))
        if found := (element.findtext(names) or "").strip():
            return found
    return ""
