"""What is not published, by reason: counted in the results table as it is published, where a reader may count again."""

from __future__ import annotations

from collections import Counter

from pipeline.evaluation.declared import SourceKind
from pipeline.publish.annex.blocks import Ground
from pipeline.wording import numbers
from pipeline.wording.blocks import Block, table

_WORDS = "_methods.hidden"
#: Signs of why a number is not there, the reason that weighs most first.
_SIGNS = ("c", "ns", "np", "nd")
#: Kinds of source whose totals are of activity or money, by place.
_ACTIVITY: tuple[SourceKind, ...] = ("attendance", "costs", "workshops", "records")
#: What the lines count, as the page says it of each number.
KIND = "results"


def hidden(ground: Ground) -> Block:
    """Return how many results are published, and how many are hidden for each reason."""
    made = ground.table
    suppressed = made["quality"] == "suppress"
    signs = Counter(_sign(str(reason)) for reason in made.loc[suppressed, "reason"])
    lines = [(ground.word(f"{_WORDS}.published"), "published", int((~suppressed).sum()))]
    lines += [(ground.word(f"{_WORDS}.reasons.{s}"), s, signs[s]) for s in _SIGNS if s in signs]
    rows = [[text, _counted(number, name, ground.lang)] for text, name, number in lines]
    columns = [ground.word(f"{_WORDS}.heads.{head}") for head in ("results", "number")]
    return Block(table(columns, rows, ground.word(f"{_WORDS}.caption"), "hidden", [60, 20], (1,)))


def secrecy(ground: Ground) -> Block:
    """Return the rule of confidentiality with the thresholds that the evaluation declares, as an item of a list."""
    disclosure = ground.evaluation.settings.disclosure
    counted = any(map(ground.evaluation.sources, _ACTIVITY))
    least = _declared(str(disclosure.minimum_units))
    activity = ground.fill("_methods.activity", least=least) if counted else ""
    contributors = _declared(str(disclosure.minimum_contributors))
    return Block(f"- {ground.fill('_methods.secrecy', contributors=contributors, activity=activity)}")


def secondary(ground: Ground) -> Block:
    """Return what is hidden so that a hidden number cannot be worked out, with the declared protection."""
    disclosure = ground.evaluation.settings.disclosure
    part = numbers.share(disclosure.protection, ground.lang)
    said = {"part": _declared(part), "answers": _declared(str(disclosure.minimum_complement))}
    return Block(ground.fill("_methods.secondary", **said))


def _sign(reason: str) -> str:
    sign = reason.partition("_")[0]
    return sign if sign in _SIGNS else "nd"


def _declared(text: str) -> str:
    return f"[{text}]{{.declared}}"


def _counted(number: int, name: str, lang: str) -> str:
    return f'[{numbers.count(number, lang)}]{{.record data-record="{KIND}//{name}"}}'


BLOCKS = {"hidden": hidden, "secondary": secondary, "secrecy": secrecy}
