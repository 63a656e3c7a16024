"""Captions, readings and alternative texts, written from the rows that a figure shows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.figures.scope import Scope, has_interval
from pipeline.results.time import ends, years
from pipeline.wording import labels as words
from pipeline.wording import numbers, withheld
from pipeline.wording.language import of
from pipeline.wording.lexicon import of_returns
from pipeline.wording.phrases import capital

Captions = dict[str, str]


def captioned(scope: Scope, given: Captions | None, rows: pd.DataFrame, when: str = "") -> str:
    """Return the caption given in a figure's settings, « {when} » standing for the date.

    Without one it is made of the labels of the only indicator that ``rows`` are of, of what cuts them, and their time.
    """
    own = (given or {}).get(scope.lang)
    if own:
        return of_returns(own.replace("{when}", when), scope.labels, scope.lang)
    names = {(r.analysis, r.indicator, r.measure) for r in rows.itertuples()}
    analysis, indicator, measure = next(iter(names))
    told = scope.find_text(f"{analysis}.{indicator}.{measure}") or scope.find_text(f"{analysis}.{indicator}")
    cuts = [cut for by in rows["by"].unique() if (cut := scope.find_text(f"by={by}"))]
    times = rows["time"].unique()
    return scope.say(
        "caption.one" if told and len(names) == 1 else "caption.several",
        indicator=capital(told or ""),
        cut=uncapital(cuts[0]) if len(cuts) == 1 else "",
        when=when or (numbers.period(str(times[0]), scope.lang) if len(times) == 1 else ""),
    )


def uncapital(text: str) -> str:
    """Return a label as it stands within a sentence; initials stay."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def in_time(value: str, lang: str) -> str:
    """Return « en 2006 », « au 31 décembre 2006 »; "in 2006", "on 31 December 2006"."""
    language = of(lang)
    form = language.TIMES[0]
    if not years(value):
        return language.time(value, form, is_year=False)
    return language.period(numbers.period(value, lang), form, is_day=value.count("-") == 2)


def group_of(row: pd.Series, scope: Scope) -> str:
    """Return whom a row counts, in the words of its entry if it has some (« prêts »); those asked, if not all were."""
    return _those_asked(_group(row, scope), row, scope)


def _group(row: pd.Series, scope: Scope) -> str:
    own = scope.find_text(f"group={row['population']}:{row['analysis']}")
    return own or scope.text(f"group={row['population']}")


def _those_asked(group: str, row: pd.Series, scope: Scope) -> str:
    return group if row.get("base") in (None, "", "all") else scope.say("reading.asked", group=group)


def people(row: pd.Series, scope: Scope) -> str:
    """Return whom a row is about, with its domain: « usagers de 60 ans ou plus », « visites (Atelier) »."""
    if not row["domain"]:
        return group_of(row, scope)
    name, _, code = str(row["domain"]).partition("=")
    if words.is_aged(name, code):
        # an age stands beside its noun, before what else is said of it
        return _those_asked(f"{_group(row, scope)} {words.aged(code, scope.lang)}", row, scope)
    return f"{group_of(row, scope)} ({scope.code_text(name, code)})"


def interval_of(row: pd.Series, scope: Scope, unit: str = "share") -> str:
    """Return « entre 21 % et 27 % », empty where a row has no interval."""
    return numbers.interval(row["lower"], row["upper"], unit, scope.lang) if has_interval(row) else ""


def reading_of_share(row: pd.Series, scope: Scope, within: str = "") -> str:
    """Return « en 2006, 37 % des usagers de 60 ans ou plus souhaitent au moins un service élaboré (entre ...). »."""
    if withheld.is_hidden(row):
        return ""
    key = f"{row['analysis']}.{row['indicator']}"
    who, place = _asked_of(row, scope)
    verb, of_what = scope.find_text(f"{key}:verb"), scope.find_text(f"{key}:of")
    told = {
        "when": in_time(row["time"], scope.lang),
        "within": of(scope.lang).joined([part for part in (within, place) if part], ","),
        "value": numbers.share(row["estimate"], scope.lang),
        "who": who,
        "interval": interval_of(row, scope),
    }
    if verb:
        return scope.say("reading.verb", verb=verb, **told)
    if of_what and (own := scope.find_say(f"reading.of.{row['analysis']}.share_of", of=of_what, **told)):
        return own
    asked, answer = (scope.find_text(f"{key}:{name}") for name in ("asked", "answer"))
    if asked and answer:
        return scope.say("reading.answer", asked=asked, answer=answer, **told)
    told["indicator"] = scope.indicator_text(row["analysis"], row["indicator"], row["measure"])
    return scope.find_say(f"reading.of.{row['analysis']}.share", **told) or scope.say("reading.share", **told)


def _asked_of(row: pd.Series, scope: Scope) -> tuple[str, str]:
    """Return whom a row counts, and what they were asked about where its domain says so: « à 80 € par an »."""
    name, _, code = str(row["domain"]).partition("=")
    asked = scope.find_text(f"by={name}:within")
    if asked is None:
        return people(row, scope), ""
    return group_of(row, scope), asked.replace("{code}", scope.code_text(name, code))


def reading_of_number(
    row: pd.Series, indicator: str, scope: Scope, *, within: str = "", who: str = "", aged: str = ""
) -> str:
    """Return « en 2006, dans le pays d'Auray, l'indicateur « Visites par habitant » vaut 0,59. » for any unit.

    Parameters
    ----------
    row : the row to read.
    indicator : what it measures, in words.
    within, who, aged : where (« dans le pays d'Auray »), for what else, or for which age (« de 15 à 24 ans »).
    """
    if withheld.is_hidden(row):
        return ""
    told = {
        "when": in_time(row["time"], scope.lang),
        "value": numbers.estimate(row["estimate"], row["unit"], scope.lang, measure=row["measure"]),
        "within": within,
        "who": who,
        "aged": aged,
        "period": scope.find_text("returns=period") or "",
    }
    own = scope.find_say(f"reading.of.{row['analysis']}.{row['indicator']}.{row['measure']}", **told)
    return own or scope.say("reading.number", indicator=indicator, **told)


def reading_of_reach(row: pd.Series, within: str, scope: Scope) -> str:
    """Return « fin 2006, en Bretagne, 78 % des habitants résidaient à moins de 5 km d'un espace ouvert. »."""
    if withheld.is_hidden(row):
        return ""
    return scope.say(
        "reading.within",
        when=in_time(row["time"], scope.lang),
        value=numbers.estimate(row["estimate"], row["unit"], scope.lang, measure=row["measure"]),
        distance=scope.text(f"distance={str(row['indicator']).removeprefix('within_')}"),
        within=within,
    )


def reading_of_composition(row: pd.Series, scope: Scope, variable: str) -> str:
    """Return « en 2006, les 15-24 ans représentent 24 % des usagers (entre 21 % et 27 %). »."""
    if withheld.is_hidden(row):
        return ""
    code = str(row["domain"]).partition("=")[2]
    told = {
        "when": in_time(row["time"], scope.lang),
        "value": numbers.share(row["estimate"], scope.lang),
        "of": group_of(row, scope),
        "interval": interval_of(row, scope),
    }
    if words.is_aged(variable, code):
        return scope.say("reading.aged", who=words.the_aged(code, scope.lang), **told)
    asked = scope.find_text(f"by={variable}") or ""
    return scope.say("reading.code", code=below(asked, scope.quoted(variable, code)), asked=asked, **told)


def below(asked: str, text: str) -> str:
    """Return what an answer is called where its question stands beside it: without the question that it may repeat."""
    own = text.removeprefix(asked) if asked else text
    return capital(own.lstrip(f" :{numbers.NO_BREAK}{numbers.NARROW}")) if own != text and own.strip() else text


def reading_of_shift(row: pd.Series, scope: Scope) -> str:
    """Return « entre 2003 et 2006, la part a évolué de + 15 points chez les 60 ans ou plus (entre + 8 et ...). »."""
    if withheld.is_hidden(row):
        return ""
    first, last = ends(row["time"])
    name, _, code = str(row["domain"]).partition("=")
    group = ""
    if code:
        group = words.the_aged(code, scope.lang) if words.is_aged(name, code) else scope.code_text(name, code)
    return scope.say(
        "reading.shift",
        first=first,
        last=last,
        size=numbers.points(row["estimate"], scope.lang),
        group=group,
        interval=numbers.interval(row["lower"], row["upper"], "point", scope.lang),
    )


def enumerated(lines: Mapping[str, str], scope: Scope) -> str:
    """Return what an alternative text says of each line: « Bretagne : 48 % ; Auray : 52 % »."""
    parts = [scope.say("alt.line", name=name, values=told) for name, told in lines.items()]
    return of(scope.lang).joined(parts, ";")
