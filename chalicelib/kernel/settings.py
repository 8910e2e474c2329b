"""The function's settings, read once; a missing or wrong variable fails by its name."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, fields
from functools import lru_cache
from os import environ
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from ipaddress import IPv4Network

MOVABLE_CLOCK_STAGE = "embedded"


class MissingSetting(RuntimeError):
    """An environment variable that this function needs is not set."""

    def __init__(self, *variables: str) -> None:
        super().__init__(f"not set in the environment: {', '.join(variables)}")


class BadSetting(RuntimeError):
    """An environment variable holds what it cannot mean."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"environment variable {variable}: {reason}")


# ---- readers: what a variable's text means; each raises ValueError with the reason -------------


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError("it is no whole number from 1")
    return int(text)


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(_text(text))
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("it is no time zone") from None


def _arn(text: str) -> str:
    if not text.startswith("arn:"):
        raise ValueError("it is no ARN")
    return text


def _url(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("it is no address on the web")
    return text


def _url_or_none(text: str) -> str:
    return _url(text) if text else ""


def _json_list(text: str) -> str:
    if not isinstance(json.loads(text), list):
        raise ValueError("it is no list in JSON")
    return text


def networks(text: str) -> "tuple[IPv4Network, ...]":
    """Networks as a stage names them: ``10.20.0.0/16,10.30.1.7/32``. Raises ValueError."""
    from ipaddress import IPv4Network  # one function alone needs it

    parts = [part.strip() for part in text.split(",")]
    return tuple(IPv4Network(part) for part in parts if part)


# ---- settings ----------------------------------------------------------------------------------


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Settings:
    """The environment's values by type: ``settings().journal_table`` is that of ``JOURNAL_TABLE``.

    Every function gets only the variables that it needs: to read another raises MissingSetting.
    """

    stage: Annotated[str, str]
    time_zone: Annotated[ZoneInfo, _zone]
    journal_table: Annotated[str, _text]
    views_table: Annotated[str, _text]
    grants_table: Annotated[str, _text]
    uploads_bucket: Annotated[str, _text]
    bus_name: Annotated[str, _text]
    flow_arn_prefix: Annotated[str, _arn]
    hash_secret_arn: Annotated[str, _arn]
    payment_secret_arn: Annotated[str, _arn]
    webhook_secret_arn: Annotated[str, _arn]
    certificate_key_id: Annotated[str, _text]
    certificate_issuer: Annotated[str, _text]
    oidc_issuers: Annotated[str, _json_list]
    """A list in JSON, which ``authority.issuers`` reads."""
    api_url: Annotated[str, _url]
    public_url: Annotated[str, _url_or_none]
    payment_url: Annotated[str, _url_or_none]
    webhook_queue: Annotated[str, _url]
    webhook_networks: Annotated["tuple[IPv4Network, ...]", networks]
    writes_per_minute: Annotated[int, _count]
    reads_per_minute: Annotated[int, _count]
    mail_from: Annotated[str, str] = ""
    mail_events: Annotated[str, str] = ""
    """The set by which SES tells what becomes of mail; empty where it tells nothing."""
    sms_country_code: Annotated[str, str] = ""
    feed_shards: Annotated[int, _count] = 4
    due_shards: Annotated[int, _count] = 4
    clock_file: Annotated[str, str] = ""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Read what is there of ``values``, which are texts by variable. Raises BadSetting."""
        _refuse_movable_clock(values)
        for setting in fields(self):
            text = values.get(setting.name.upper())
            if text is not None:
                object.__setattr__(
                    self,
                    setting.name,
                    _read(setting, text),
                )

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Called for what was not read alone."""
            if name in type(self).__annotations__:
                raise MissingSetting(name.upper())
            raise AttributeError(name)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the stage's working days are counted."""
        return self.time_zone

    def has(self, variable: str) -> bool:
        """Whether this function was given the variable."""
        return variable.lower() in vars(self)

    def require(self, variables: Iterable[str]) -> None:
        """Raises MissingSetting, naming all of ``variables`` that were not set."""
        known = vars(self) | vars(type(self))
        missing = [variable for variable in variables if variable.lower() not in known]
        if missing:
            raise MissingSetting(*missing)


def _read(setting: Field[Any], text: str) -> Any:
    (read,) = setting.type.__metadata__  # type: ignore[union-attr]
    try:
        return read(text)
    except ValueError as error:
        raise BadSetting(setting.name.upper(), str(error)) from None


def _refuse_movable_clock(values: Mapping[str, str]) -> None:
    if not values.get("CLOCK_FILE"):
        return
    if "STAGE" not in values:
        raise MissingSetting("STAGE")
    if values["STAGE"] != MOVABLE_CLOCK_STAGE:
        reason = (
            f"only stage {MOVABLE_CLOCK_STAGE!r} may move time, this one is {values['STAGE']!r}"
        )
        raise BadSetting("CLOCK_FILE", reason)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings(environ)
