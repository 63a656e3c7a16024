"""Which texts of a language a page is made of: those asked for while it is made, or while what it shows was made.

A page that asked for a text is made anew when that text changes, and for no other. What is made once for many pages
(:func:`once`) hands what it asked for on to each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from pipeline.wording.words import Entry

Made = TypeVar("Made")
#: Stands for every text: somebody looked through all of them.
EVERY = "*"
_ASKED: ContextVar[set[str] | None] = ContextVar("asked", default=None)


class Watched(Mapping[str, Entry]):
    """Texts by key; which of them are asked for is told to :func:`asking`, those that do not exist too."""

    def __init__(self, texts: Mapping[str, Entry]) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> Entry:
        """Return a text."""
        _tell((key,))
        return self._texts[key]

    def __contains__(self, key: object) -> bool:
        """Return whether there is such a text."""
        _tell((str(key),))
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        """Yield every key."""
        _tell((EVERY,))
        return iter(self._texts)

    def __len__(self) -> int:
        """Return how many texts there are."""
        _tell((EVERY,))
        return len(self._texts)


@contextmanager
def asking() -> Iterator[set[str]]:
    """Have the keys of the texts that are asked for meanwhile."""
    asked: set[str] = set()
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)
        _tell(asked)


def once(make: Callable[..., Made]) -> Callable[..., Made]:
    """Return a function that makes each value once; whoever takes it has asked for what it was made of."""
    known: dict[tuple[object, ...], tuple[Made, frozenset[str]]] = {}

    def made(*arguments: object) -> Made:
        if arguments not in known:
            with asking() as asked:
                value = make(*arguments)
            known[arguments] = value, frozenset(asked)
            return value
        value, held = known[arguments]
        _tell(held)
        return value

    return made


def content(texts: Mapping[str, Entry], keys: Iterable[str]) -> dict[str, str | None]:
    """Return what the texts of keys that were asked for say, always in the same order, None where there is none."""
    asked = set(keys)
    wanted = asked | set(texts) if EVERY in asked else asked
    return {key: texts[key].text if key in texts else None for key in sorted(wanted)}


def _tell(keys: Iterable[str]) -> None:
    asked = _ASKED.get()
    if asked is not None:
        asked.update(keys)
