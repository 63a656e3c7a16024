"""What a first report asks of the files: every closed question, every box, the means, attendance and spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.ingest.lexicon import folded, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.scaffold.ages import AGE_BAND
from pipeline.ingest.scaffold.scales import is_of_agreement, is_of_satisfaction, scale_of, upper_part
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.tools.draft import Draft, caption_of, hint
from pipeline.instrument.affirmation import NO, YES

#: Questions that are no subject of a report.
_NEVER = {"respondent", "identifier", "open_text", "weight", "birth_date", "site", "date", "age", "commune", "links",
          "stratum", "quasi_identifier"}  # fmt: skip
#: How a question about the whole is put, beside those about its parts; and one of recommendation, from 0 to 10.
_OVERALL = re.compile(patterns("answers")["overall"])
_SCORE = re.compile(rf"\b(?:{patterns('answers')['score']})\b")
_CLOSED = ("single", "likert")
#: More boxes or answers in one table cannot be read.
MOST = 60


def survey_plan(
    source: str, drafts: list[Draft], population: str, title: dict[str, str], waves: list[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the plan entries and the tables of one survey.

    Parameters
    ----------
    source : name of the source.
    population : whom its results are about: `respondents`, `users` or `inhabitants`.
    waves : its waves, in order; of two or more the first and the last are compared.
    """
    by_age = any(d.content.get("role") in ("age", "birth_date", "age_band") for d in drafts)
    asked = [d for d in drafts if d.content.get("role") not in _NEVER]
    closed = [d.name for d in asked if _is_closed(d) and _is_readable(d)]
    variables = [*([AGE_BAND] if by_age else []), *(n for n in closed if n != AGE_BAND)]
    indicators: list[dict[str, Any]] = []
    tables: list[dict[str, Any]] = []
    plan: list[dict[str, Any]] = []
    plan += _satisfaction(source, asked, waves)
    if variables:
        plan.append(
            {"question": "profile", "id": f"{source}-closed", "settings": {"variables": variables, "source": source}}
        )
        settings = {"analysis": f"{source}-closed", "questions": variables, "populations": [population]}
        tables.append(_table(f"{source}-closed", "profile-table", settings, title, "titles.answers"))
    for draft in asked:
        if draft.content["type"] == "multiple":
            own = [
                {"name": f"{draft.name}_{i['name']}", "question": draft.name, "item": i["name"]}
                for i in draft.content["items"]
            ]
            indicators += own
            settings = {
                "analysis": f"{source}-measures",
                "indicators": [i["name"] for i in own],
                "population": population,
            }
            wording = draft.content["wording"]
            tables.append(_table(f"{source}-{draft.name}", "items-table", settings, wording))
    rated = {item for entry in plan for item in entry["settings"].get("items", [])}
    indicators = [*_affirmed(asked), *_agreed([d for d in asked if d.name not in rated]), *indicators]
    means = [d.name for d in asked if d.content["type"] in ("number", "count")]
    indicators += [{"name": f"{n}_mean", "question": n, "mean": True} for n in means]
    if means:
        settings = {
            "analysis": f"{source}-measures",
            "indicators": [f"{n}_mean" for n in means],
            "measure": "mean",
            "population": population,
        }
        tables.append(_table(f"{source}-means", "items-table", settings, title, "titles.means"))
    if indicators:
        measured = {"indicators": indicators, "by": [], "source": source, **_contrasts(drafts, indicators, waves)}
        plan.append({"question": "prevalence", "id": f"{source}-measures", "settings": measured})
    return plan, tables


def left_untold(drafts: Sequence[Draft]) -> list[tuple[Draft, int]]:
    """Return the closed questions that a draft puts in no table, with how many answers each has: one, or too many."""
    asked = (d for d in drafts if d.content.get("role") not in _NEVER and _is_closed(d))
    return [(d, len(d.content["codes"])) for d in asked if not _is_readable(d)]


def _is_closed(draft: Draft) -> bool:
    return draft.content["type"] in _CLOSED


def _is_readable(draft: Draft) -> bool:
    """Return whether a table of the answers to a closed question tells something: neither one of them nor too many."""
    return 1 < len(draft.content["codes"]) <= MOST


def _affirmed(asked: Sequence[Draft]) -> list[dict[str, Any]]:
    """Return the share of yes of each question of yes or no."""
    found = []
    for draft in asked:
        codes = draft.content.get("codes", {}) if draft.content["type"] == "single" else {}
        said = {code: folded(label["fr"]) for code, label in codes.items()}
        yes = [code for code, label in said.items() if label in YES]
        if len(said) == 2 and len(yes) == 1 and any(label in NO for label in said.values()):
            found.append({"name": f"{draft.name}_yes", "question": draft.name, "codes": yes})
    return found


def _agreed(asked: Sequence[Draft]) -> list[dict[str, Any]]:
    """Return the share of those who agree with each statement that was put, on a scale of agreement."""
    found = []
    for draft in asked:
        codes = draft.content.get("codes", {}) if _is_closed(draft) else {}
        scale = scale_of([label["fr"] for label in codes.values()])
        if scale is not None and is_of_agreement(scale):
            agree = [code for code, label in codes.items() if label["fr"] in upper_part(scale)]
            found.append({"name": f"{draft.name}_agree", "question": draft.name, "codes": agree})
    return found


def _satisfaction(source: str, asked: list[Draft], waves: list[str]) -> list[dict[str, Any]]:
    """Return the entry of the questions on a scale of satisfaction: those of the scale that most of them share."""
    scales: dict[tuple[str, ...], list[Draft]] = {}
    for draft in asked:
        labels = [label["fr"] for label in draft.content.get("codes", {}).values()]
        if _is_closed(draft) and (scale := scale_of(labels)) and _rates(draft, scale):
            scales.setdefault(tuple(map(str, draft.content["codes"])), []).append(draft)
    if not scales:
        return []
    items = max(scales.values(), key=len)
    items.sort(key=lambda d: not _OVERALL.search(plain_words(d.content["wording"]["fr"])))
    codes = items[0].content["codes"]
    scale = scale_of([label["fr"] for label in codes.values()])
    assert scale is not None
    satisfied = [code for code, label in codes.items() if label["fr"] in upper_part(scale)]
    settings: dict[str, Any] = {"source": source, "items": [d.name for d in items], "means": False, "prefix": ""}
    settings["satisfied"] = Reviewed(satisfied, hint("satisfied"))
    score = next((d.name for d in asked if d.content["type"] == "count" and _SCORE.search(_said(d))), None)
    if score is not None:
        settings["recommend"] = score
    if len(waves) > 1 and any(_asked_in_all(d, waves) for d in items):
        settings["contrast"] = [waves[0], waves[-1]]
    return [{"question": "satisfaction", "id": f"{source}-satisfaction", "settings": settings}]


def _rates(draft: Draft, scale: list[str]) -> bool:
    return is_of_satisfaction(scale, str(draft.content["wording"]["fr"]))


def _said(draft: Draft) -> str:
    return plain_words(f"{draft.content.get('column', draft.name)} {draft.content['wording']['fr']}")


def _asked_in_all(draft: Draft, waves: list[str]) -> bool:
    history = draft.content.get("waves", {})
    return all(history.get(w, {}).get("asked", True) for w in (waves[0], waves[-1]))


def _contrasts(drafts: list[Draft], indicators: list[dict[str, Any]], waves: list[str]) -> dict[str, Any]:
    """Return the pair of waves whose change is told: the first and the last that asked one of the indicators."""
    measured = {i["question"] for i in indicators}
    if len(waves) < 2 or not any(d.name in measured and _asked_in_all(d, waves) for d in drafts):
        return {}
    return {"contrasts": [[waves[0], waves[-1]]]}


def _table(name: str, figure: str, settings: dict[str, Any], title: dict[str, str], said: str = "") -> dict[str, Any]:
    caption = {lang: caption_of(lang, text, said) if said else text for lang, text in title.items()}
    return {"name": name, "figure": figure, "settings": {**settings, "caption": caption}}
