"""Who is there: people with one role, two with many, one who may only look, and one from another municipality."""

from domain.messages import Actor, Role, StreamId, system_actor

CODE = "498"
SYSTEM = system_actor(CODE)


def person(user_id: str, *roles: Role) -> Actor:
    return Actor(user_id, CODE, frozenset(roles))


OUTI, OLLI = (person(name, Role.APPLICANT) for name in ("outi", "olli"))
AINO = person("aino", Role.CUSTOMER_SERVICE)
REIJO = person("reijo", Role.REGISTRY)
HANNA, HEIKKI = (person(name, Role.HANDLER) for name in ("hanna", "heikki"))
ELINA, EERO = (person(name, Role.APPROVER) for name in ("elina", "eero"))
MAIJA, MIKKO = (person(name, Role.PAYMENTS) for name in ("maija", "mikko"))
JOUNI = person("jouni", Role.MANAGER)
ARJA = person("arja", Role.ARCHIVIST)
PAULA, PEKKA = (person(name, Role.ADMINISTRATOR) for name in ("paula", "pekka"))
AATU = person("aatu", Role.AUDITOR)
TOINI, TIMO = (
    person(name, Role.HANDLER, Role.APPROVER, Role.PAYMENTS, Role.REGISTRY) for name in ("toini", "timo")
)
"""A small municipality's people: whatever keeps them apart is not their roles."""

PEOPLE = (
    *(OUTI, OLLI, AINO, REIJO, HANNA, HEIKKI, ELINA, EERO, MAIJA, MIKKO, JOUNI, ARJA, PAULA, PEKKA, AATU),
    *(TOINI, TIMO),
)
BY_NAME = {each.user_id: each for each in PEOPLE}
STRANGER = Actor("sakari", "273", frozenset(Role) - {Role.SYSTEM})
"""Somebody with every role in another municipality."""


def stream(kind: str, key: str) -> StreamId:
    return StreamId(CODE, kind, key)


SETTINGS = stream("municipality", "settings")
USERS = tuple(stream("user", name) for name in ("paula", "pekka", "elina"))
"""Those of whose roles somebody decides."""
