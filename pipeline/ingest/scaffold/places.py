"""Draft questions of registers, monthly counts, visits one by one and fieldwork records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.ingest.lexicon import lexicon, patterns
from pipeline.ingest.privacy.detect import detect, plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.ages import FEWEST, age_codes
from pipeline.ingest.scaffold.columns import draft_of, safe_codes, wording_of
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.recorded import is_clock
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, REGISTERED, RESERVED, SITE_ROLES, matches, role_of
from pipeline.ingest.sites.national_schema import is_national, questions
from pipeline.ingest.tools.draft import Draft, hint, slug
from pipeline.ingest.values import distinct, number_of, text_of
from pipeline.instrument import Code

#: A total that is so many times a count is of more than it.
PART = 1.05
_TYPES = {
    "site": "key",
    "site_name": "text",
    "aliases": "text",
    "commune": "text",
    "commune_name": "text",
    "opened": "date",
    "closed": "date",
    "label_date": "date",
    "posts": "count",
    "hours": "number",
    "equipment_year": "number",
    "month": "month",
    "visits": "count",
    "total": "count",
}
_NAMES = {"site": "space_id", "site_name": "name", "hours": "hours_week", "age_band": "age_band", "commune": "commune",
          "commune_name": "commune_name"}  # fmt: skip


def register_drafts(given: Given, decimal: str | None) -> list[Draft]:
    """Return the questions of a register; what is personal, or free text about a place, is left out."""
    if is_national(given.names):
        return [Draft(q) for q in questions(given.names)]
    return _by_role(given, SITE_ROLES, decimal, required=("site",))


def attendance_drafts(given: Given, decimal: str | None) -> list[Draft]:
    """Return the questions of monthly counts."""
    found = _by_role(given, ATTENDANCE_ROLES, decimal, required=("site", "month"))
    if not any(d.content.get("role") == "visits" for d in found):
        # morning, afternoon, total: the visits of the day are their total
        for draft in (d for d in found if d.content.get("role") == "total"):
            draft.content["role"] = "visits"
        found = [d for d in found if d.content.get("role")]
    return _whole_counted(given, found)


def _whole_counted(given: Given, found: list[Draft]) -> list[Draft]:
    """Return counts with their total as the visits where it is more than the one part of it that is called visits."""
    by_role = {d.content.get("role"): d for d in found}
    if not {"visits", "total"} <= by_role.keys() or {"age_band", "activity"} & by_role.keys():
        return found
    sums = {}
    for role in ("visits", "total"):
        column = given.column(str(by_role[role].content.get("column", by_role[role].name)))
        texts = [] if column is None else [t for t in map(text_of, column.examples) if t is not None]
        sums[role] = sum(n for n in (number_of(t, ",") for t in texts) if n is not None)
    if sums["total"] <= PART * sums["visits"]:
        return found
    by_role["total"].content["role"] = "visits"
    return [d for d in found if d is not by_role["visits"]]


def fieldwork_drafts(given: Given, decimal: str | None) -> list[Draft]:
    """Return the questions of a fieldwork record; the roles of its probabilities are for a person to give."""
    return _by_role(given, {"site": ATTENDANCE_ROLES["site"]}, decimal, required=("site",))


def _by_role(given: Given, roles: Mapping[str, str], decimal: str | None, required: tuple[str, ...]) -> list[Draft]:
    """Return the columns whose words are those of a role, and the others that hold no text or person.

    A key of spaces stands once in a register (``roles`` are then those of sites) and often elsewhere.
    """
    site = _site(given, roles)
    found: list[Draft] = []
    taken: set[str] = set()
    for column in given.described.columns:
        role = role_of(roles, column.name, column.label)
        if given.counted is not None:
            if column.name == given.counted.year:
                continue
            role = "month" if column.name == given.counted.column else None if role == "month" else role
        role = "site" if given.key is not None and column.name == site else role
        if role in taken or (role == "site" and column.name != site):
            role = None
        if role is None and detect(column.name, column.label or None, column.examples) is not None:
            continue
        draft = draft_of(column, decimal)
        if draft is None or (role is None and draft.content["type"] == "open"):
            continue
        if role is not None:
            taken.add(role)
            draft = _with_role(column, draft, role)
            if role == "month" and given.counted is not None and given.counted.year is not None:
                draft.content["year"] = given.counted.year
            if role in required:
                draft.content["required"] = True
        found.append(draft)
    if "age_band" in roles and "age_band" not in taken:
        _by_ages(given, found)
    _unlike(found)
    return found


def _by_ages(given: Given, found: list[Draft]) -> None:
    """Make the first column whose answers are all age bands the age of visitors, whatever it is called (« Public »)."""
    for at, draft in enumerate(found):
        column = given.column(str(draft.content.get("column", draft.name)))
        labels = [label["fr"] for label in draft.content.get("codes", {}).values()]
        if column is not None and "role" not in draft.content and len(age_codes(labels)) >= FEWEST:
            found[at] = _with_role(column, draft, "age_band")
            return


def _site(given: Given, roles: Mapping[str, str]) -> str | None:
    """Return the column of the spaces: the first so called whose values can be theirs, numbers of their own first.

    One SIREN may be that of several spaces: in a register it is their key where each has one. In counts it is the
    first so called where none fits: over a single month each space stands once.
    """
    if given.key is not None and roles is SITE_ROLES:
        return given.key
    called = [c for c in given.described.columns if role_of(roles, c.name, c.label) == "site"]
    called.sort(key=lambda c: matches(REGISTERED, c.name, c.label))
    if roles is SITE_ROLES:
        fitting = [c for c in called if c.examples.is_unique] or called
    else:
        fitting = [c for c in called if plausible("site", (), c)]
    if roles is ATTENDANCE_ROLES:
        fitting = fitting or called
    return fitting[0].name if fitting else None


def _unlike(found: list[Draft]) -> None:
    """Give every question a name of its own, and none that of a column which the pipeline adds."""
    names = {d.name for d in found if d.content.get("role")}
    for draft in found:
        if draft.content.get("role"):
            continue
        while draft.name in names or draft.name in RESERVED:
            draft.content = {"column": draft.name, **draft.content, "name": f"{draft.name}_received"}
        names.add(draft.name)


def _with_role(column: Column, draft: Draft, role: str) -> Draft:
    content: dict[str, Any] = {**draft.content, "role": role}
    content["name"] = _NAMES.get(role, content["name"])
    content["column"] = column.name
    if role == "age_band" and (bands := age_codes([label["fr"] for label in content.get("codes", {}).values()])):
        content |= {"type": "single", "codes": bands}
    kind = _TYPES.get(role)
    if kind is not None:
        content = {k: v for k, v in content.items() if k not in ("codes", "missing")} | {"type": kind}
    elif content["type"] == "open":
        content["type"] = "text"
    review = {k: v for k, v in draft.review.items() if k in content and k != "type"}
    return Draft(content, {**review, "role": hint("role")})


#: Question of the number that the rows of an activity share, and of its length.
ACTIVITY, _MINUTES = "activity_id", "minutes_spent"
#: Roles of the questions of La Coop's export where its rows are records.
_RECORDED: dict[str, str] = {
    **dict.fromkeys(("kind", "channel", "age_band", "sex", "occupation"), "category"), "themes": "theme",
    _MINUTES: "quantity",
}  # fmt: skip


def coop_drafts(given: Given) -> tuple[list[Draft], dict[str, Any]]:
    """Return the questions of La Coop's activity export and how its rows become monthly counts.

    Names, notes and what concerns the beneficiary's own commune are left out: columns that no question names are
    never kept.
    """
    by_words, said = {plain_words(c.name): c for c in given.described.columns}, lexicon("coop")

    def column(words: str) -> Column | None:
        return next((c for w, c in by_words.items() if w.startswith(words)), None)

    drafts: list[Draft] = []

    def add(words: str, name: str, **content: Any) -> bool:
        found = column(words)
        if found is None:
            return False
        drafts.append(Draft({"name": name, "column": found.name, "wording": wording_of(found), **content}))
        return True

    add("date", "day", type="date", role="date", required=True)
    add(said["place"], "place_name", type="key", role="site")
    add("code insee", "place_commune", type="text", role="commune")
    for words, name, role in (("type", "kind", "activity"), ("canaux", "channel", None)):
        codes = _codes(column(words))
        if codes:
            add(words, name, type="single", **({"role": role} if role else {}), codes=codes)
    add("duree", _MINUTES, type="text")
    ages = {code: {"fr": label} for code, label in lexicon("coop")["ages"].items()}
    unknown = {str(said["unknown"]): "no_answer"}
    add("tranche d age", "age_band", type="single", role="age_band", codes=ages, missing=unknown)
    for words, name in ((said["sex"], "sex"), (said["occupation"], "occupation")):
        codes = {
            c: t for c, t in _codes(column(words)).items() if not plain_words(t["fr"]).startswith("non communique")
        }
        if codes:
            kept = {t["fr"] for t in codes.values()}
            missing = {v: "no_answer" for v in _values(column(words)) if " ".join(v.split()) not in kept}
            add(words, name, type="single", codes=codes, **({"missing": missing} if missing else {}))
    themes = sorted({t.strip() for v in _values(column("thematique")) for t in v.splitlines() if t.strip()})
    if themes:
        items = [{"name": slug(t)[:60], "label": {"fr": t}} for t in themes]
        add("thematique", "themes", type="multiple", separator="\n", items=items)
    add("id cra", ACTIVITY, type="key")
    signins: dict[str, Any] = {"rows": "visit"}
    if column("duree"):
        signins["duration"] = _MINUTES
    here = [c for c, label in _codes(column("canaux")).items() if plain_words(label["fr"]) == lexicon("coop")["here"]]
    if here:
        signins |= {"place": "channel", "here": here}
    return drafts, signins


def coop_records(given: Given) -> list[Draft]:
    """Return the questions of La Coop's activity export as records of persons: where no register lists its places."""
    found = []
    for draft in coop_drafts(given)[0]:
        role = _RECORDED.get(draft.name, draft.content.get("role"))
        content = {k: v for k, v in draft.content.items() if k != "role"} | ({"role": role} if role else {})
        if draft.name == _MINUTES:
            column = next(c for c in given.described.columns if c.name == draft.content["column"])
            if any(number_of(t, None) is None for t in _values(column)):
                continue
            content |= {"type": "number", "unit": "minutes"}
        if role != "site":
            found.append(Draft(content, draft.review))
    return found


def _values(column: Column | None) -> list[str]:
    if column is None:
        return []
    return sorted({t for t in (text_of(v) for v in distinct(column.examples).values) if t})


def _codes(column: Column | None) -> dict[Code, dict[str, str]]:
    return safe_codes(_values(column))


#: Heads of the day of a visit.
_DAY = re.compile(patterns("headers")["visit_day"])
_VISITOR = re.compile(patterns("headers")["visitor"])
#: Different numbers a visit, at most, where they are those of persons; beyond, they are those of the visits themselves.
MOST_VISITORS = 0.9


def signin_drafts(given: Given, decimal: str | None) -> tuple[list[Draft], dict[str, Any]]:
    """Return the questions of a sign-in sheet and how its rows become monthly counts.

    Of the year of birth only the age at the visit is used; where a visitor lives is left out.
    """
    drafts = _by_role(given, {k: ATTENDANCE_ROLES[k] for k in ("site", "age_band", "activity")}, decimal, ("site",))
    drafts = [d for d in drafts if d.content.get("column", d.name) not in given.communes]
    signins: dict[str, Any] = {"rows": "visit"}
    if not any(d.content.get("role") == "date" for d in drafts):
        # the day of the visit, not that of a birth or an enrolment, whatever the order of the columns
        days = [d for d in drafts if d.content["type"] == "date" and d.content.get("role") != "birth_date"]
        named = [d for d in days if _DAY.fullmatch(plain_words(str(d.content.get("column", d.name))))]
        for draft in [*named, *days][:1]:
            draft.content |= {"role": "date", "required": True}
    for draft in drafts:
        if draft.content.get("role") == "age_band" and draft.content["type"] in ("count", "number"):
            draft.content |= {"role": "age", "range": [0, 120], "name": "age"}
        if draft.content.get("role") == "birth_date" and "birth_year" not in signins:
            kept = {k: v for k, v in draft.content.items() if k in ("column", "wording", "missing")}
            draft.content = {"name": "birth_year", "type": "count", "role": "quasi_identifier", **kept}
            signins["birth_year"] = "birth_year"
    times = {"arrival": _clock(given, "arriv"), "departure": _clock(given, "depart|sortie")}
    for key, column in times.items():
        if column is not None and all(times.values()):
            drafts = [d for d in drafts if d.content.get("column", d.name) != column.name]
            drafts.append(Draft({"name": key, "type": "text", "column": column.name, "wording": wording_of(column)}))
            signins[key] = key
    if (column := _visitor(given, drafts)) is not None:
        asked = {"name": "person", "type": "text", "role": "identifier", "column": column.name}
        drafts.append(Draft(asked | {"wording": wording_of(column)}))
        signins |= {"person": "person", "active_file": "year"}
    return drafts, signins


def _visitor(given: Given, drafts: Sequence[Draft]) -> Column | None:
    """Return the column of numbers that persons show at each visit: its header says so, and most come again."""
    used = {str(d.content.get("column", d.name)) for d in drafts}
    for column in given.described.columns:
        if column.name in used or not _VISITOR.fullmatch(plain_words(column.name)):
            continue
        shown = distinct(column.examples)
        if 1 < len(shown.values) <= MOST_VISITORS * (shown.codes >= 0).sum():
            return column
    return None


def _clock(given: Given, word: str) -> Column | None:
    """Return the column of times of day whose header has a word."""
    for column in given.described.columns:
        texts = [t for t in map(text_of, distinct(column.examples).values) if t]
        if re.search(word, plain_words(column.name)) and texts:
            return column if is_clock(column) else None
    return None
