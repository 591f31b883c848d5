"""How far an outside party has been listened to, by municipality: where to go on the next time."""

from domain.store.database import Database


def outside_position(database: Database, municipality: str, party: str) -> str | None:
    """The party's own mark of what was heard last; None where nothing was."""
    with database.connection(municipality) as connection:
        row = connection.execute(
            "select position from outside_positions where party = %s", [party]
        ).fetchone()
    return row["position"] if row else None


def set_outside_position(database: Database, municipality: str, party: str, position: str) -> None:
    """Everything up to this mark is heard and recorded."""
    with database.connection(municipality) as connection:
        connection.execute(
            "insert into outside_positions (party, position) values (%s, %s)"
            " on conflict (municipality, party) do update set position = excluded.position",
            [party, position],
        )
