"""What stands under every table and figure: Lecture, Champ, Source, in this order, then signs and cautions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.wording import numbers
from pipeline.wording.labels import Labels, find, label
from pipeline.wording.numbers import NO_BREAK

_HEADS = {"fr": ("Lecture", "Champ", "Source"), "en": ("Reading", "Population", "Source")}


def under(reading: str, population: str, source: str, lang: str = "fr", extra: Sequence[str] = ()) -> str:
    """Return « **Lecture** : ... **Champ** : ... **Source** : ... » as Markdown, with ``extra`` sentences last."""
    colon = f"{NO_BREAK}: " if lang == "fr" else ": "
    parts = [
        f"**{head}**{colon}{text}"
        for head, text in zip(_HEADS[lang], (reading, population, source), strict=True)
        if text
    ]
    return " ".join([*parts, *extra])


def population(names: Iterable[str], places: Sequence[str], labels: Labels, lang: str = "fr") -> str:
    """Return « usagers de 15 ans ou plus, Bretagne. »; ``places`` are label keys of territories."""
    listed = list(dict.fromkeys(names))
    said = [label(f"population={name}", labels, lang) for name in listed]
    if listed == ["users", "visits"]:
        said[1] = "leurs visites" if lang == "fr" else "their visits"
    where = [w for place in places if (w := find(place, labels, lang)) and not any(w in who for who in said)]
    return ", ".join(part for part in (numbers.listing(said, lang), numbers.listing(where, lang)) if part) + "."


def source(names: Iterable[str], waves: Sequence[str], labels: Labels, lang: str = "fr") -> str:
    """Return « enquête auprès des usagers 2003 et 2006 (données simulées). »."""
    said = [label(f"source={name}", labels, lang) for name in dict.fromkeys(n for n in names if n)]
    when = _years(list(dict.fromkeys(waves)), lang)
    synthetic = find("synthetic", labels, lang)
    head = f"{'; '.join(said) if lang == 'en' else f'{numbers.NARROW}; '.join(said)}"
    text = f"{head} {when}".strip() if when else head
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


def signs(shown: Iterable[str], labels: Labels, lang: str = "fr") -> list[str]:
    """Return what each sign of a table means, in a fixed order, for the signs that the table shows."""
    present = set(shown)
    order = [s for s in ("c", "ns", "np", "nd", "–", "*") if s in present]
    colon = f"{NO_BREAK}:" if lang == "fr" else ":"
    return [f"{label(f'sign={s}', labels, lang).replace(' :', colon)}." for s in order]


def suppressed_territories(names: Sequence[str], lang: str = "fr") -> str:
    """Return « Résultats non publiables : Auray, Dinan et Vitré. », empty when every number is shown."""
    if not names:
        return ""
    if lang == "fr":
        return f"Résultats non publiables{NO_BREAK}: {numbers.listing(names)}."
    return f"Not publishable: {numbers.listing(names, 'en')}."
