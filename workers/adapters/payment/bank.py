"""Reading the bank's camt.054 notifications (ISO 20022): a debit is a booking, a credit with a reason is a return."""

from datetime import date
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from workers.adapters.payment import Booking, Return

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def read_notifications(document: bytes) -> list[Booking | Return]:
    """Each entry's transactions in order; what carries no end-to-end id of ours is left out."""
    root = fromstring(document)
    told: list[Booking | Return] = []
    for entry in root.iter(f"{{{NAMESPACE}}}Ntry"):
        day = date.fromisoformat(_text(entry, "BookgDt/Dt"))
        for details in entry.iter(f"{{{NAMESPACE}}}TxDtls"):
            payment, reference = _text(details, "Refs/EndToEndId"), _text(details, "Refs/AcctSvcrRef")
            reason = _text(details, "RtrInf/Rsn/Cd")
            if payment and reason and _text(entry, "CdtDbtInd") == "CRDT":
                told.append(Return(payment, day, reason, reference))
            elif payment and _text(entry, "CdtDbtInd") == "DBIT":
                told.append(Booking(payment, day, reference))
    return told


def _text(element: Element, path: str) -> str:
    names = "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))
    return (element.findtext(names) or "").strip()
