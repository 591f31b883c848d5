"""The keys of personal values: one per person and case, wrapped by the installation's master key (RFC 3394).

Opening a value is the reading of personal data, so it is written to the access log first (tiedonhallintalaki 17 §).
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from psycopg.rows import DictRow

from domain.messages import StreamId
from domain.personal import Personal
from domain.store.database import Database
from domain.store.sealing import KEY_BYTES, open_sealed, seal


class KeyRing:
    """Seals and opens personal values."""

    def __init__(self, database: Database, master_key: bytes) -> None:
        assert len(master_key) == KEY_BYTES, "the master key is 32 bytes"
        self._database = database
        self._master = master_key

    def sealer(self, stream: StreamId) -> "Sealer":
        """Seals plain values for one stream."""
        return Sealer(self, stream)

    def key(self, stream: StreamId, subject: str) -> tuple[str, bytes]:
        """The key of this person in this stream, made when it is first needed."""
        with self._database.connection(stream.municipality) as connection:
            connection.execute(
                "insert into personal_keys (key_id, stream, subject, wrapped) values (%s, %s, %s, %s)"
                " on conflict (municipality, stream, subject) do nothing",
                [uuid4(), str(stream), subject, aes_key_wrap(self._master, os.urandom(KEY_BYTES))],
            )
            row = connection.execute(
                "select key_id, wrapped from personal_keys where stream = %s and subject = %s",
                [str(stream), subject],
            ).fetchone()
        assert row is not None
        return str(row["key_id"]), aes_key_unwrap(self._master, bytes(row["wrapped"]))

    def open(
        self, municipality: str, values: Mapping[str, Personal | None], *, by: str, why: str, now: datetime
    ) -> dict[str, str | None]:
        """Open values by their labels; None stands where the key is destroyed. The reading is logged before it happens."""
        self._log(municipality, [value for value in values.values() if value], by=by, why=why, now=now)
        return self.open_unlogged(municipality, values)

    def open_unlogged(
        self, municipality: str, values: Mapping[str, Personal | None]
    ) -> dict[str, str | None]:
        """The same without a log entry: only for what is public on the decision list."""
        wanted = {value.key_id for value in values.values() if value and value.key_id}
        with self._database.connection(municipality) as connection:
            rows = connection.execute(
                "select key_id, stream, wrapped from personal_keys where key_id = any(%s::uuid[])",
                [list(wanted)],
            ).fetchall()
        keys = {
            str(row["key_id"]): (row["stream"], aes_key_unwrap(self._master, bytes(row["wrapped"])))
            for row in rows
        }

        def opened(value: Personal | None) -> str | None:
            if value is None or value.key_id not in keys:
                return None
            stream, key = keys[value.key_id]
            return open_sealed(value, key, stream)

        return {label: opened(value) for label, value in values.items()}

    def _log(
        self, municipality: str, values: Iterable[Personal], *, by: str, why: str, now: datetime
    ) -> None:
        key_ids = {value.key_id for value in values}
        with self._database.connection(municipality) as connection:
            connection.execute(
                "insert into access_log (at, user_id, stream, subjects, why)"
                " select %s, %s, stream, array_agg(subject order by subject), %s from personal_keys"
                " where key_id = any(%s::uuid[]) group by stream",
                [now, by, why, list(key_ids)],
            )

    def readings(self, municipality: str, limit: int) -> list[DictRow]:
        """Who has opened personal data: of what, when and why, the latest first."""
        with self._database.connection(municipality) as connection:
            return connection.execute(
                "select entry, at, user_id, stream, subjects, why from access_log order by entry desc limit %s",
                [limit],
            ).fetchall()

    def digest(self, *parts: str) -> str:
        """A keyed digest: tells whether two contents are the same, and nothing else."""
        return hmac.new(self._master, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


class Sealer:
    """Seals plain values for one stream, asking each subject's key once."""

    def __init__(self, ring: KeyRing, stream: StreamId) -> None:
        self._ring, self._stream = ring, stream
        self._keys: dict[str, tuple[str, bytes]] = {}

    def __call__(self, value: Personal) -> Personal:
        """The value sealed for this stream; one that moves here from another stream is opened and sealed anew."""
        if value.is_sealed:
            plain = self._ring.open_unlogged(self._stream.municipality, {"moved": value})["moved"]
            if plain is None:
                return value
            value = Personal(plain, subject=value.subject)
        if value.subject not in self._keys:
            self._keys[value.subject] = self._ring.key(self._stream, value.subject)
        key_id, key = self._keys[value.subject]
        return seal(value, key_id, key, str(self._stream))
