"""What a question says of made-up results, in one language: the way of its tests from rows to text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline import results
from pipeline.questions import discover
from pipeline.results.statement import Statement
from pipeline.stages.state import weakening
from pipeline.state import Asked, state
from pipeline.state.settings import fitted, over
from pipeline.state.statements import Declared
from pipeline.wording import typography, words
from pipeline.wording.markdown import plain
from pipeline.wording.speaking import Speaker
from tests.lexicon import LANGUAGES as LANGUAGES
from tests.lexicon import with_shared
from tests.questions.made_up import LABELS as PLACES
from tests.questions.made_up import PERIMETER, ROOT, UNIT


def row(analysis: str, **fields: Any) -> results.Result:
    """Return one published row about the perimeter; ``half`` gives the half-width of its interval."""
    half = fields.pop("half", None)
    given: dict[str, Any] = {
        "analysis": analysis,
        "indicator": "",
        "population": "users",
        "territory_level": "region",
        "territory": "53",
        "inference": "census" if half is None else "sample",
        "confirmatory": True,
        **fields,
    }
    if half is not None:
        given |= {"lower": given["estimate"] - half, "upper": given["estimate"] + half}
    return results.Result(**given)


def hidden(table: pd.DataFrame, which: pd.Series) -> pd.DataFrame:
    """Return a table in which some rows are suppressed for too few answers."""
    held = table.copy()
    held.loc[which, ["quality", "reason"]] = ["suppress", "ns_n"]
    return results.blank(held, which)


class Told:
    """The statements of a question on made-up rows, ready to be read.

    Parameters
    ----------
    question : its name, that of its entry too.   rows : made-up results, or the table of them.
    settings : of the entry.   labels : of codes and indicators.   declared : thresholds and margins.
    waves : declared, in order.   period : of returns of visits.
    """

    def __init__(
        self,
        question: str,
        rows: Sequence[results.Result] | pd.DataFrame,
        settings: Mapping[str, Any] | None = None,
        labels: Mapping[str, Mapping[str, str]] | None = None,
        declared: Mapping[str, Declared] | None = None,
        waves: Sequence[str] = ("2003", "2006"),
        period: str = "month",
    ) -> None:
        self.question, self.labels = question, with_shared({**PLACES, **(labels or {})}, period)
        self.table = rows if isinstance(rows, pd.DataFrame) else results.frame(rows, list(waves))
        known = discover(ROOT)[question]
        survey = {"name": "users", "units": "users", "visits": {"question": "visits_4w", "period_days": 28}}
        own = {"entry": question, "apart": "", "survey": survey, **over(known.defaults, settings or {})}
        specs = [fitted(spec, own) for spec in known.statements]
        pair = own.get("contrast")
        contrast = (str(pair[0]), str(pair[1])) if pair else None
        asked = Asked(question, question, question, specs, contrast, waves, own)
        own = self.table.assign(question=question)
        self.made = state(own, [asked], declared or {}, PERIMETER, [UNIT], weakening(ROOT))

    def verdicts(self, place: str = PERIMETER) -> dict[str, str]:
        """Return the verdict of every statement of a place."""
        return {s.name: s.verdict for s in self._of(place).values()}

    def say(self, *names: str, lang: str = "fr", place: str = PERIMETER) -> str:
        """Return several statements in one breath, with plain spaces."""
        found = self._of(place)
        text = self.speaker(lang).say([found[name] for name in names])
        return typography.apply(plain(text), lang).replace("\u00a0", " ").replace("\u202f", " ")

    def everything(self, lang: str) -> list[str]:
        """Return the text of every statement of every place, titles and alternative texts too."""
        speaker = self.speaker(lang)
        return [speaker.text(s, variant) for s in self.made for variant in ("say", "title", "alt")]

    def speaker(self, lang: str, nouns: Mapping[str, Any] | None = None) -> Speaker:
        """Return a speaker of the shipped words, or of a programme's own nouns, whose numbers are text alone."""
        read = words.load(ROOT / "reports" / lang, lang, [self.question], None, nouns or {})
        rows = {str(r["result_id"]): {str(k): v for k, v in r.items()} for r in self.table.to_dict("records")}
        return Speaker(read, rows, self.labels, lambda text, result_id: text)

    def _of(self, place: str) -> dict[str, Statement]:
        return {s.name: s for s in self.made if s.place == place}
