"""One table of a mapping file, read key by key. Every problem is noted; reading goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any


def hint(name: str, known: Iterable[str]) -> str:
    """A did-you-mean sentence, or what there is when nothing is near."""
    folded = {one.casefold(): one for one in known}
    near = [folded[one] for one in get_close_matches(name.casefold(), list(folded), n=2, cutoff=0.6)]
    if near:
        return f" Did you mean {' or '.join(near)}?"
    return f" There are: {', '.join(folded.values())}." if folded else ""


class Section:
    """A TOML table with the place it stands in, for messages.

    Attributes:
        place: "entity 1 (order_line), columns".
        problems: shared list of all problems of the file.
    """

    def __init__(self, raw: Any, place: str, problems: list[str]) -> None:
        self.place = place
        self.problems = problems
        self.raw: dict[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.wrong(f"expected a table, found {raw!r}.")

    def wrong(self, sentence: str) -> None:
        """Note a problem of this section."""
        self.problems.append(f"{self.place}: {sentence}" if self.place else sentence)

    def only(self, known: Collection[str]) -> None:
        """Note every key that does not exist here."""
        for key in self.raw:
            if key not in known:
                self.wrong(f"there is no key '{key}'.{hint(key, known)}")

    def section(self, key: str) -> Section:
        """The table under `key`; empty when absent."""
        return Section(self.raw.get(key, {}), f"{self.place}, {key}" if self.place else key, self.problems)

    def text(self, key: str, default: str | None = None) -> str | None:
        """A text that is not empty, or `default`."""
        value = self.raw.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value:
            return value
        self.wrong(f"{key} must be a text, found {value!r}.")
        return default

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of one."""
        value = self.raw.get(key)
        if value is None:
            return default
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(one, str) for one in values):
            return tuple(values)
        self.wrong(f"{key} must be a list of texts, found {value!r}.")
        return default

    def flag(self, key: str, default: bool | None) -> bool | None:
        """true or false, or `default`."""
        value = self.raw.get(key, default)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(f"{key} must be true or false, found {value!r}.")
        return default

    def whole(self, key: str, low: int) -> int | None:
        """A whole number from `low`, or None."""
        value = self.raw.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= low):
            return value
        self.wrong(f"{key} must be a whole number from {low}, found {value!r}.")
        return None

    def choice(self, key: str, known: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.text(key, default) or default
        if value in known:
            return value
        self.wrong(f"{key} cannot be '{value}'.{hint(value, known)}")
        return default
