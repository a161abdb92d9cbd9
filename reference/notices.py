"""The starter notices: real incidents told in our own words, each with the link of the article it comes from.

One TOML file a region or period in `starter/` (see its README for how they are written and checked).
They make the store useful on the first day and go through the same pipeline as any article.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from records import Article, WebAddress

FOLDER = Path(__file__).parent / "starter"
LONGEST_TEXT = 1_200  # characters: a notice is a notice, not an article

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
NoticeText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]


class NoticeError(ValueError):
    """A notice file that cannot be used; the message names the file and the entry."""


class Notice(BaseModel):
    """One entry of a notice file, as it is written there.

    `published` is the day of the article at `url`; `published_note` says so when that day is not certain.
    `checked` names where the facts were read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: WebAddress
    outlet: Words
    published: date
    title: Words
    text: NoticeText
    checked: Words
    published_note: Words | None = None

    def article(self) -> Article:
        return Article(
            url=self.url,
            title=self.title,
            published=self.published,
            text=self.text,
            outlet=self.outlet,
            kind="notice",
        )


@cache
def notices() -> tuple[Article, ...]:
    """Every starter notice as an Article of kind `notice`, in the order of the files. Raises NoticeError."""
    return tuple(notice.article() for notice in read_notices(FOLDER))


def read_notices(folder: Path) -> tuple[Notice, ...]:
    """The notices of all TOML files of a folder, by file name. Raises NoticeError for the first bad entry."""
    found: dict[str, Notice] = {}
    for path in sorted(folder.glob("*.toml")):
        for number, notice in enumerate(_read_file(path), start=1):
            if notice.url in found:
                raise NoticeError(f"{path.name}, notice {number}: a notice of {notice.url} is already there")
            found[notice.url] = notice
    return tuple(found.values())


def _read_file(path: Path) -> list[Notice]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NoticeError(f"{path.name}: not a TOML file ({error})") from error
    entries = content.pop("notice", None)
    if content or not isinstance(entries, list):
        raise NoticeError(f"{path.name}: expected [[notice]] entries and nothing else")
    return [_read_entry(path, number, entry) for number, entry in enumerate(entries, start=1)]


def _read_entry(path: Path, number: int, entry: object) -> Notice:
    try:
        return Notice.model_validate(entry)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'entry'}: {e['msg']}" for e in error.errors())
        raise NoticeError(f"{path.name}, notice {number}: {problems}") from error
