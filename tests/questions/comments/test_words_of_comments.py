"""Remarks from results to sentences: how many, the most frequent themes, and what moved among several."""

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

SETTINGS = {"themes": "comment_themes", "contrast": ["2003", "2006"]}
LABELS = {f"comments.{t}": {"fr": t.capitalize(), "en": t.capitalize()} for t in ("hours", "help", "quiet", "future")}


def share(theme: str, estimate: float, wave: str = "2006") -> Result:
    return row(
        "comments", indicator=theme, measure="share", unit="share", estimate=estimate, half=0.04, wave=wave, n=575
    )


def moved(theme: str, points: float, p: float) -> Result:
    fields: dict[str, Any] = {"measure": "shift", "unit": "point", "wave": "2003..2006", "p_adjusted": p}
    return row("comments", indicator=theme, estimate=points, half=5.0, **fields)


ROWS = [
    *(share(t, s) for t, s in (("future", 0.07), ("help", 0.15), ("hours", 0.19), ("quiet", 0.06))),
    *(share(t, 0.1, "2003") for t in ("future", "help", "hours", "quiet")),
    moved("help", 9.0, 0.01),
    moved("hours", 1.0, 0.9),
]


def told(rows: Any = None, settings: dict[str, Any] | None = None, **changes: Any) -> Told:
    return Told("comments", ROWS if rows is None else rows, settings or SETTINGS, LABELS, **changes)


def test_the_most_frequent_themes_are_told_with_the_number_of_remarks() -> None:
    assert told().say("themes") == (
        "575 remarques ont été classées en 2006. Les thèmes les plus fréquents y sont « Hours » (19 %, entre 15 % et"
        " 23 %), « Help » (15 %, entre 11 % et 19 %) et « Future » (7 %, entre 3 % et 11 %)."
    )
    assert told().say("themes", lang="en").startswith("575 remarks were coded in 2006. The most frequent themes are")


def test_themes_that_moved_are_told_as_several_were_compared() -> None:
    assert told().say("changes") == (
        "Reviennent plus souvent depuis 2003 : « Help » (+ 9 points). Aucune évolution n'est décelée pour « Hours »."
        " Ces évolutions sont jugées compte tenu du nombre de thèmes comparés."
    )
    still = [r for r in ROWS if not (r.measure == "shift" and r.indicator == "help")]
    assert told(still).say("changes").startswith("Aucun thème ne revient plus ou moins souvent qu'en 2003")


def test_too_few_remarks_give_no_number() -> None:
    table = told().table
    held = told(hidden(table, table["measure"] == "share"))
    assert (
        held.say("themes") == "Les remarques en 2006 sont trop peu nombreuses pour que la part d'un thème soit publiée."
    )


def test_without_a_contrast_no_change_is_told() -> None:
    assert "changes" not in told(settings={"themes": "comment_themes"}).verdicts()
    once = [r for r in ROWS if r.wave == "2006"]
    assert "changes" not in told(once, waves=["2006"], settings={"themes": "comment_themes"}).verdicts()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
