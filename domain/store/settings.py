"""What this installation runs on: its settings from the environment, and its clock."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Clock(Protocol):
    """Where the time comes from: one clock, handed to whoever needs it."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DemoClock:
    """A clock in a file, shared by all processes of a demo: it goes on by itself and can be moved."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead()

    def move_to(self, instant: datetime) -> None:
        """Let it be `instant` now, for every process that shares the file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        ahead = instant - SystemClock().now()
        waiting = self._file.with_suffix(".new")
        waiting.write_text(json.dumps({"aheadSeconds": ahead.total_seconds()}))
        waiting.replace(self._file)

    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=json.loads(self._file.read_text())["aheadSeconds"])
        except FileNotFoundError:
            return timedelta()


class InstallationSettings(BaseSettings):
    """The environment's variables; each in capitals is its name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str
    """The application's login; it reads and appends, and cannot change an event."""
    migration_database_url: str | None = None
    """The owner's login, for `migrate`, `rebuild` and `verify` alone."""
    redis_url: str = ""
    asiapolku_master_key: SecretStr
    """32 bytes in base64: wraps the keys of personal values."""
    asiapolku_environment: Literal["production", "demo"] = "production"
    asiapolku_demo_clock: Path | None = None
    asiapolku_patience: float = 15.0
    """Seconds after which the process manager reminds again of what has not followed."""
    asiapolku_bank_every: float = 60.0
    """Seconds between two questions to the bank while money is on its way."""
    asiapolku_attachments: Path = Path(".asiapolku/attachments")
    payment_url: str = ""
    bank_url: str = ""
    payment_email: str = ""
    payment_password: SecretStr = SecretStr("")

    @field_validator("asiapolku_master_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        try:
            fits = len(base64.b64decode(value.get_secret_value(), validate=True)) == 32  # noqa: PLR2004 - the sentence below says it
        except ValueError:
            fits = False
        if not fits:
            raise ValueError("it is not 32 bytes in base64; make one with: head -c 32 /dev/urandom | base64")
        return value

    @model_validator(mode="after")
    def _real_time_in_production(self) -> "InstallationSettings":
        if self.asiapolku_demo_clock and self.asiapolku_environment == "production":
            raise ValueError(
                "ASIAPOLKU_DEMO_CLOCK is set, and a production start refuses a demo clock: legal days must be real; unset it"
            )
        return self

    @property
    def master_key(self) -> bytes:
        return base64.b64decode(self.asiapolku_master_key.get_secret_value())

    @property
    def clock(self) -> Clock:
        return DemoClock(self.asiapolku_demo_clock) if self.asiapolku_demo_clock else SystemClock()
