"""Captions, readings and alternative texts, written from the rows that a figure shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.figures.output import Notes, ids
from pipeline.figures.scope import Scope, has_interval
from pipeline.results.time import ends, moments, years
from pipeline.wording import labels as words
from pipeline.wording import notes, numbers, withheld
from pipeline.wording.numbers import NO_BREAK
from pipeline.wording.phrases import GROUPS

Captions = dict[str, str]


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
    more = list(extra)
    if ((rows["population"] == "respondents") & (rows["inference"] != "census")).any():
        more.append(
            "Répondants non tirés au sort : les intervalles donnent une précision indicative.".replace(
                " :", f"{NO_BREAK}:"
            )
            if scope.lang == "fr"
            else "Respondents were not drawn at random: intervals are indicative."
        )
    elif (rows["inference"] == "nonprobability").any():
        more.append(
            "Enquête par quotas : les intervalles donnent une précision indicative.".replace(" :", f"{NO_BREAK}:")
            if scope.lang == "fr"
            else "Quota survey: intervals are indicative."
        )
    if (rows["territory_level"] != "region").any() and (boundaries := scope.find_text("boundaries")):
        more.append(f"{words_capital(boundaries)}.")
    if has_intervals(rows):
        more.append(_confidence(rows, scope.lang))
    places = [scope.region_key]
    if scope.territory != "region":
        with_region = (rows["territory_level"] == "region").any()
        places = [f"{scope.place_key}:name", *([scope.region_key] if with_region else [])]
    return Notes(
        caption=caption,
        reading=reading,
        population=_asked(
            rows, scope, people or notes.population(rows["population"], places, scope.labels, scope.lang)
        ),
        source=notes.source(rows["source"], waves_of(rows), scope.labels, scope.lang),
        base=str(rows["base"].iloc[0]) if len(rows) else "",
        result_ids=ids(result_ids if result_ids is not None else list(rows["result_id"])),
        extra=tuple(m for m in more if m),
    )


def _asked(rows: pd.DataFrame, scope: Scope, people: str) -> str:
    """Return the Champ with who was asked, where a question was put to some only."""
    bases = [str(b) for b in rows["base"].unique() if b not in ("", "all")]
    said = [" ; ".join(filter(None, (scope.find_text(f"base={part}") for part in b.split("+")))) for b in bases]
    said = [text for text in said if text]
    if not said:
        return people
    stop = people.removesuffix(".")
    if len(bases) == 1 and not rows["base"].isin(["", "all"]).any():
        return f"{stop}, {said[0]}."
    some = "pour une partie des lignes" if scope.lang == "fr" else "for some lines"
    return f"{stop} ({some}{NO_BREAK}: {numbers.listing(said, scope.lang)})."


def _confidence(rows: pd.DataFrame, lang: str) -> str:
    levels = rows.loc[rows["lower"].notna() & rows["level"].notna(), "level"].unique()
    if len(levels) != 1:
        return ""
    level = numbers.share(float(levels[0]), lang)
    return f"Intervalles de confiance à {level}." if lang == "fr" else f"{level} confidence intervals."


def has_intervals(rows: pd.DataFrame) -> bool:
    """Return whether any shown row carries an interval."""
    return bool((rows["lower"].notna() & rows["upper"].notna() & (rows["quality"] != "suppress")).any())


def waves_of(rows: pd.DataFrame) -> list[str]:
    """Return the waves and years that rows speak of, each once, in order: « 2003..2006 » counts for both."""
    return moments(rows)


def period_text(value: str, lang: str) -> str:
    """Return a wave or period as a heading: « 2006 », « 31 décembre 2006 »."""
    return numbers.period(value, lang)


def in_time(value: str, lang: str) -> str:
    """Return « en 2006 », « au 31 décembre 2006 »; "in 2006", "on 31 December 2006"."""
    if not years(value):
        return f"à la vague {value}" if lang == "fr" else f"in wave {value}"
    day = value.count("-") == 2
    if lang == "fr":
        return f"{'au' if day else 'en'} {numbers.period(value, lang)}"
    return f"{'on' if day else 'in'} {numbers.period(value, lang)}"


def people(row: pd.Series, scope: Scope) -> str:
    """Return whom a row is about, with its domain: « usagers de 60 ans ou plus », « visites (Atelier) »."""
    group = GROUPS[scope.lang][row["population"]].plural
    if not row["domain"]:
        return group
    name, _, code = str(row["domain"]).partition("=")
    if name.startswith("age"):
        return f"{group} {words.aged(code, scope.lang)}"
    return f"{group} ({scope.code_text(name, code)})"


def reading_of_share(row: pd.Series, scope: Scope, within: str = "") -> str:
    """Return « en 2006, 37 % des usagers de 60 ans ou plus souhaitent au moins un service élaboré (entre ...). »."""
    if withheld.is_hidden(row):
        return ""
    lang = scope.lang
    own = numbers.share(row["estimate"], lang)
    bounds = ""
    if has_interval(row):
        text = numbers.interval(row["lower"], row["upper"], "share", lang)
        bounds = f" ({text})"
    who = people(row, scope)
    when = ", ".join(p for p in (in_time(row["time"], lang), within) if p)
    verb = scope.find_text(f"{row['analysis']}.{row['indicator']}:verb")
    of = scope.find_text(f"{row['analysis']}.{row['indicator']}:of")
    if verb:
        said = f"{own} des {who} {verb}" if lang == "fr" else f"{own} of {who} {verb}"
    elif of and row["analysis"] == "satisfaction":
        said = f"{own} des {who} sont satisfaits {of}" if lang == "fr" else f"{own} of {who} are satisfied {of}"
    else:
        name = scope.indicator_text(row["analysis"], row["indicator"], row["measure"])
        quoted = f"«{NO_BREAK}{name}{NO_BREAK}»" if lang == "fr" else f"“{name}”"
        if row["analysis"] == "demand":
            said = f"{own} des {who} citent {quoted}" if lang == "fr" else f"{own} of {who} mention {quoted}"
        else:
            said = f"{quoted}{NO_BREAK}: {own} des {who}" if lang == "fr" else f"{quoted}: {own} of {who}"
    return f"{when}, {said}{bounds}."


def reading_of_number(row: pd.Series, who: str, indicator: str, scope: Scope) -> str:
    """Return « en 2006, l'indicateur « Visites par habitant » vaut 0,59 pour Auray. » for any unit."""
    if withheld.is_hidden(row):
        return ""
    lang = scope.lang
    value = numbers.estimate(row["estimate"], row["unit"], lang, measure=row["measure"])
    when = in_time(row["time"], lang)
    template = scope.find_text(f"{row['analysis']}.{row['indicator']}.{row['measure']}:reading")
    if template:
        return template.format(when=when, value=value, who=who)
    if lang == "fr":
        return f"{when}, l'indicateur «{NO_BREAK}{indicator}{NO_BREAK}» vaut {value} pour «{NO_BREAK}{who}{NO_BREAK}»."
    return f"{when}, the indicator “{indicator}” is {value} for “{who}”."


def reading_of_composition(row: pd.Series, scope: Scope, variable: str) -> str:
    """Return « en 2006, les 15-24 ans représentent 24 % des usagers (entre 21 % et 27 %). »."""
    if withheld.is_hidden(row):
        return ""
    lang = scope.lang
    code = str(row["domain"]).partition("=")[2]
    own = numbers.share(row["estimate"], lang)
    group = GROUPS[lang][row["population"]].plural
    bounds = ""
    if has_interval(row):
        text = numbers.interval(row["lower"], row["upper"], "share", lang)
        bounds = f" ({text})"
    if variable.startswith("age"):
        who = words.the_aged(code, lang)
        said = f"{who} représentent {own} des {group}" if lang == "fr" else f"{who} are {own} of {group}"
    else:
        quoted = f"«{NO_BREAK}{scope.code_text(variable, code)}{NO_BREAK}»"
        said = (
            f"la modalité {quoted} rassemble {own} des {group}"
            if lang == "fr"
            else f"“{scope.code_text(variable, code)}” makes up {own} of {group}"
        )
    return f"{in_time(row['time'], lang)}, {said}{bounds}."


def reading_of_shift(row: pd.Series, scope: Scope) -> str:
    """Return « entre 2003 et 2006, la part a augmenté de 15 points chez les 60 ans ou plus (entre + 8 et ...). »."""
    if withheld.is_hidden(row):
        return ""
    lang = scope.lang
    first, last = ends(row["time"])
    bounds = numbers.interval(row["lower"], row["upper"], "point", lang)
    size = numbers.points(row["estimate"], lang)
    name, _, code = str(row["domain"]).partition("=")
    among = ""
    if code:
        who = words.the_aged(code, lang) if name.startswith("age") else scope.code_text(name, code)
        among = f" chez {who}" if lang == "fr" else f" among {who}"
    if lang == "fr":
        return f"entre {first} et {last}, la part a évolué de {size}{among} ({bounds})."
    return f"between {first} and {last}, the share changed by {size}{among} ({bounds})."


def words_capital(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def chosen(caption: Captions | None, lang: str, default: str, when: str = "") -> str:
    """Return the caption given in a figure's settings, « {when} » standing for the date, else the default one."""
    return ((caption or {}).get(lang) or default).replace("{when}", when)
