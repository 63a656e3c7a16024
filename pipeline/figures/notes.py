"""What stands under every figure and table: Lecture, Champ, Source, then what its signs and marks mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.figures.output import Notes, ids
from pipeline.figures.scope import Scope
from pipeline.results.time import moments
from pipeline.territory import vintages
from pipeline.wording import numbers, typography
from pipeline.wording.language import of
from pipeline.wording.phrases import capital

#: The years of a population that stands for another (`pipeline.territory`).
#: Signs of tables in the order in which they are explained.
_SIGNS = ("c", "ns", "np", "nd", "–", "†", "*")


def notes_of(
    scope: Scope,
    rows: pd.DataFrame,
    caption: str,
    reading: str,
    extra: Iterable[str] = (),
    result_ids: Sequence[str] | None = None,
    people: str | None = None,
) -> Notes:
    """Return caption, Lecture, Champ and Source of a figure that shows ``rows``."""
    more = [*extra, *_indicative(rows, scope), *_nearest_years(rows, scope)]
    if (rows["territory_level"] != "region").any() and (boundaries := scope.find_text("boundaries")):
        more.append(f"{capital(boundaries)}.")
    if has_intervals(rows):
        more.append(_confidence(rows, scope))
    places = [scope.region_key]
    if scope.territory != "region":
        with_region = (rows["territory_level"] == "region").any()
        places = [f"{scope.place_key}:name", *([scope.region_key] if with_region else [])]
    return Notes(
        caption=caption,
        reading=reading,
        population=_asked(rows, scope, people or population(whom(rows, scope), places, scope)),
        source=source(rows["source"], moments(rows), scope),
        base="; ".join(rows["base"].astype(str).unique()),
        result_ids=ids(result_ids if result_ids is not None else list(rows["result_id"])),
        extra=tuple(m for m in more if m),
    )


def _nearest_years(rows: pd.DataFrame, scope: Scope) -> list[str]:
    """Return what says that inhabitants are those of another year than the one shown."""
    codes = [vintages.values(code) for code in rows["boundaries"].dropna().astype(str).unique()]
    years = dict.fromkeys((found["population"], found["asked"]) for found in codes if "population" in found)
    return [scope.say("note.nearest_year", held=held, asked=asked) for held, asked in years]


def _indicative(rows: pd.DataFrame, scope: Scope) -> list[str]:
    """Return what intervals of a survey without a random draw are worth."""
    if ((rows["population"] == "respondents") & (rows["inference"] != "census")).any():
        return [scope.say("note.respondents")]
    return [scope.say("note.not_drawn")] if (rows["inference"] == "nonprobability").any() else []


def _asked(rows: pd.DataFrame, scope: Scope, people: str) -> str:
    """Return the Champ with who was asked, where a question was put to some only."""
    bases = [str(b) for b in rows["base"].unique() if b not in ("", "all")]
    said = [_base(b, scope) for b in bases]
    said = [text for text in said if text]
    if not said:
        return people
    stop = people.removesuffix(".")
    if len(bases) == 1 and not rows["base"].isin(["", "all"]).any():
        return f"{stop}, {said[0]}."
    return scope.say("population.bases", people=stop, bases=numbers.listing(said, scope.lang))


def _base(code: str, scope: Scope) -> str:
    parts = [text for part in code.split("+") if (text := scope.find_text(f"base={part}"))]
    return of(scope.lang).joined(parts, ";")


def _confidence(rows: pd.DataFrame, scope: Scope) -> str:
    levels = rows.loc[rows["lower"].notna() & rows["level"].notna(), "level"].unique()
    return scope.say("note.confidence", level=numbers.share(float(levels[0]), scope.lang)) if len(levels) == 1 else ""


def has_intervals(rows: pd.DataFrame) -> bool:
    """Return whether any shown row carries an interval."""
    return bool((rows["lower"].notna() & rows["upper"].notna() & (rows["quality"] != "suppress")).any())


def whom(rows: pd.DataFrame, scope: Scope) -> list[str]:
    """Return the populations of rows, those that an entry calls by words of its own with its name behind."""
    pairs = dict.fromkeys(zip(rows["population"].tolist(), rows["analysis"].tolist(), strict=True))
    own = (
        f"{name}:{analysis}" if scope.find_text(f"population={name}:{analysis}") else name for name, analysis in pairs
    )
    return list(dict.fromkeys(own))


def population(names: Iterable[str], places: Sequence[str], scope: Scope) -> str:
    """Return « usagers de 15 ans ou plus, Bretagne. »; ``places`` are label keys of territories."""
    listed = list(dict.fromkeys(names))
    said = [scope.text(f"population={name}") for name in listed]
    if listed == ["users", "visits"]:
        said[1] = scope.say("population.visits")
    where = [w for place in places if (w := scope.find_text(place)) and not any(w in who for who in said)]
    parts = (numbers.listing(said, scope.lang), numbers.listing(where, scope.lang))
    return ", ".join(part for part in parts if part) + "."


def source(names: Iterable[str], waves: Sequence[str], scope: Scope) -> str:
    """Return « enquête auprès des usagers 2003 et 2006 (données simulées). »."""
    said = [scope.text(f"source={name}") for name in dict.fromkeys(n for n in names if n)]
    when = _years(list(dict.fromkeys(waves)), scope.lang)
    synthetic = scope.find_text("synthetic")
    head = of(scope.lang).joined(said, ";")
    # a source that is called by its year says it once
    text = f"{head} {when}".strip() if when and not head.endswith(when) else head
    return f"{text} ({synthetic})." if synthetic else f"{text}."


def _years(waves: Sequence[str], lang: str) -> str:
    """Return « 2003 et 2006 », and « 2007 à 2020 et 2022 » where three years or more follow each other."""
    if not all(w.isdigit() for w in waves):
        return numbers.listing(waves, lang)
    runs: list[list[int]] = []
    for year in map(int, waves):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    said: list[str] = []
    for run in runs:
        said += [numbers.period(f"{run[0]}..{run[-1]}", lang)] if len(run) > 2 else map(str, run)
    return numbers.listing(said, lang)


def signs(shown: Iterable[str], scope: Scope) -> list[str]:
    """Return what each sign of a table means, in a fixed order, for the signs that the table shows."""
    present = set(shown)
    return [f"{typography.apply(scope.text(f'sign={s}'), scope.lang)}." for s in _SIGNS if s in present]


def hidden_territories(names: Sequence[str], scope: Scope) -> str:
    """Return « Résultats non publiables : Auray, Dinan et Vitré. », empty when every number is shown."""
    return scope.say("note.hidden", names=numbers.listing(names, scope.lang)) if names else ""
