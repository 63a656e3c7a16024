"""What a person at a terminal is asked of a first draft: the few guesses on which all numbers rest, one line each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pipeline.evaluation import Source
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.tools.draft import hint

#: Asks with a line of text, and returns what was typed.
Ask = Callable[[str], str]
#: Typed instead of an answer: nothing more is asked.
STOP = "."
#: Keys of a survey that are decided, in order.
_OF_SURVEYS = ("population", "by", "persons")


@dataclass(frozen=True)
class Decision:
    """A guess that a person decides: where it stands, and how an answer is read."""

    where: str
    holder: dict[str, Any]
    key: str
    read: Callable[[str], Any]
    allowed: str

    @property
    def guess(self) -> Reviewed:
        """Return what the draft proposes."""
        found: Reviewed = self.holder[self.key]
        return found

    def take(self, answer: str) -> None:
        """Put an answer in the place of the guess; it is not marked for review any more.

        Raises
        ------
        ValueError
            The answer is none of those allowed.
        """
        self.holder[self.key] = self.read(answer)


def decide(settings: dict[str, Any], ask: Ask) -> int:
    """Ask for each decision of a draft, put the answers into it, and return how many were given.

    An empty line keeps the guess, marked for review; `STOP` keeps this one and all that follow.
    """
    given = 0
    for each in decisions(settings):
        answer = _answer(each, ask)
        if answer == STOP:
            break
        given += answer != ""
    return given


def _answer(decision: Decision, ask: Ask) -> str:
    """Return what was answered, once it can be taken."""
    guess = decision.guess
    line = f"{decision.where} ({guess.remark}) [{_shown(guess.value)}]: "
    while (answer := ask(line).strip()) not in ("", STOP):
        try:
            decision.take(answer)
        except ValueError:
            line = f"  not understood: {answer!r}; allowed: {decision.allowed}, or an empty line: "
        else:
            break
    return answer


def decisions(settings: dict[str, Any]) -> Iterator[Decision]:
    """Yield the guesses that a person decides, in the order of the file."""
    lang = settings["languages"][0]
    yield from _marked("title", settings, "title", _text(lang), "a text")
    yield from _marked("edition", settings, "edition", _year, "a year")
    for wave in settings["waves"]:
        place = f"waves {wave['name']}"
        # days that were met in the data need no decision
        if isinstance(wave["field"], Reviewed) and wave["field"].remark == hint("field"):
            yield from _marked(f"{place}, field", wave, "field", _days, "two dates, as 2026-03-09 2026-04-04")
        yield from _marked(f"{place}, mode", wave, "mode", _name, "paper, web, telephone, face_to_face, another word")
    for source in settings["sources"]:
        for key in _OF_SURVEYS:
            among = get_args(Source.model_fields[key].annotation)
            read, allowed = (_text(lang), "a text") if key == "population" else (_one_of(among), ", ".join(among))
            yield from _marked(f"{source['name']}, {key}", source, key, read, allowed)
    for question in settings.get("questions", []):
        yield from _marked(f"question {question['id']}", question, lang, str, "a text")


def _marked(
    where: str, holder: dict[str, Any], key: str, read: Callable[[str], Any], allowed: str
) -> Iterator[Decision]:
    if isinstance(holder.get(key), Reviewed):
        yield Decision(where, holder, key, read, allowed)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return _shown(next(iter(value.values())))
    return " ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def _text(lang: str) -> Callable[[str], Any]:
    return lambda answer: {lang: answer}


def _year(answer: str) -> int:
    return dt.date(int(answer), 1, 1).year


def _name(answer: str) -> str:
    name = "_".join(answer.casefold().split())
    if not name.isidentifier():
        raise ValueError(answer)
    return name


def _days(answer: str) -> list[dt.date]:
    first, last = (dt.date.fromisoformat(day) for day in answer.split())
    if first > last:
        raise ValueError(answer)
    return [first, last]


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def read(answer: str) -> str:
        if answer not in allowed:
            raise ValueError(answer)
        return answer

    return read
