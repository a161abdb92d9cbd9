"""The registry of outlets: which newspapers, stations and institutions are collected, and how.

An outlet is data: a few lines of TOML in `outlets/`, one file for each group of outlets of the same make.
Where the facts of the shipped files come from is told in each file's header.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from cssselect import SelectorError
from cssselect.parser import parse as parse_selector
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from reference.system_errors import reason

FOLDER = Path(__file__).parent / "outlets"
DEFAULT_PAUSE = 3.0
DEFAULT_RHYTHM = 60.0


class OutletError(ValueError):
    """The registry cannot be used as it is; the message names file, entry and key."""


def _host(value: str) -> str:
    parts = urlsplit(f"//{value}")
    if not parts.hostname or parts.netloc != value or value != value.lower():
        raise ValueError(f"{value!r} is not a host name in lower case, with or without a port")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is not an http(s) address")
    return value


def _selector(value: str) -> str:
    try:
        parse_selector(value)
    except SelectorError as error:
        raise ValueError(f"{value!r} is not a CSS selector: {error}") from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from None
    return value


def _day_page(value: str) -> str:
    if not all(part in value for part in ("{yyyy}", "{mm}", "{dd}")):
        raise ValueError(f"{value!r} does not say {{yyyy}}, {{mm}} and {{dd}}")
    return _address(value)


Host = Annotated[str, AfterValidator(_host)]
Address = Annotated[str, AfterValidator(_address)]
Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]
DayPage = Annotated[str, AfterValidator(_day_page)]


class Outlet(BaseModel):
    """One outlet. `departments` is empty for one that covers all of France.

    `listings` are pages that list articles, `day_pages` an address with {yyyy}, {mm} and {dd} that lists a day's (asked
    only with a first day), `wordpress` the address of a public REST API's posts; `articles` is a regular expression
    of what in such lists is an article's address; `archives` are the beginnings (host and path) of its addresses in
    public archives, its hosts by default.
    `pause` is in seconds between two requests to one host; `every` in minutes between two looks at its feeds; `prune` are CSS selectors of what is no part of an
    article; `render` has pages that are no text before their scripts have run drawn by a browser (`crawler.rendering`,
    the extra `render`); `allow_private` lets its hosts be on loopback or a private network (tests); `closed` says, in French
    for the screen, why it is not collected.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Annotated[str, Field(min_length=1)]
    hosts: tuple[Host, ...] = ()
    departments: tuple[Annotated[str, Field(pattern=r"^(\d\d|2[AB]|97\d)$")], ...] = ()
    feeds: tuple[Address, ...] = ()
    sitemaps: tuple[Address, ...] = ()
    listings: tuple[Address, ...] = ()
    day_pages: DayPage | None = None
    wordpress: Address | None = None
    articles: Pattern | None = None
    archives: tuple[str, ...] = ()
    pause: Annotated[float, Field(ge=0, le=600)] = DEFAULT_PAUSE
    every: Annotated[float, Field(ge=5, le=10_080)] = DEFAULT_RHYTHM
    prune: tuple[Selector, ...] = ()
    render: bool = False
    allow_private: bool = False
    closed: str | None = None

    @model_validator(mode="after")
    def _is_polite_and_useful(self) -> Outlet:
        if self.pause == 0 and not self.allow_private:
            raise ValueError("pause = 0 is for outlets with allow_private only")
        if not (self.addresses or self.closed):
            raise ValueError("an outlet needs feeds, sitemaps, listings, wordpress, or `closed` with the reason")
        if not (self.hosts or self.closed):
            raise ValueError("an outlet that is collected needs hosts")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """What is asked first: feeds, sitemaps and other lists of articles."""
        return (*self.feeds, *self.sitemaps, *self.listings, *((self.wordpress,) if self.wordpress else ()))

    def covers(self, url: str) -> bool:
        """Whether `url` is on one of its hosts (`www.` set aside; a port counts)."""
        netloc = urlsplit(url).netloc.lower().rpartition("@")[2]
        return netloc.removeprefix("www.") in {host.removeprefix("www.") for host in self.hosts}


def load_outlets(path: Path | str | None = None) -> list[Outlet]:
    """The outlets of a TOML file or of all `*.toml` of a folder; the shipped registry by default.

    Raises OutletError for a file that is missing or no TOML, an entry that is wrong (file, entry and key are
    named), and an id given twice.
    """
    source = Path(path) if path is not None else FOLDER
    files = sorted(source.glob("*.toml")) if source.is_dir() else [source]
    if not files:
        raise OutletError(f"{source}: no *.toml file in this folder")
    outlets: dict[str, Outlet] = {}
    for file in files:
        for outlet in _read(file):
            if outlet.id in outlets:
                raise OutletError(f"{file.name}: id {outlet.id!r} is given twice")
            outlets[outlet.id] = outlet
    return list(outlets.values())


def outlet_of(url: str, outlets: Iterable[Outlet]) -> Outlet | None:
    """The first outlet that has the address on one of its hosts."""
    return next((outlet for outlet in outlets if outlet.covers(url)), None)


def _read(file: Path) -> list[Outlet]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise OutletError(f"{file}: {reason(error)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OutletError(f"{file.name}: not valid TOML: {error}") from None
    entries = data.pop("outlet", [])
    if data:
        raise OutletError(f"{file.name}: unknown key {next(iter(data))!r}: only [[outlet]] entries are expected")
    if not isinstance(entries, list):
        raise OutletError(f"{file.name}: outlets are written as [[outlet]] entries")
    return [_entry(file, number, entry) for number, entry in enumerate(entries, start=1)]


def _entry(file: Path, number: int, entry: dict[str, Any]) -> Outlet:
    try:
        return Outlet.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        where = f"{file.name}: entry {number} ({entry.get('id', 'no id')})"
        raise OutletError(f"{where}: {key}: {message}" if key else f"{where}: {message}") from None
