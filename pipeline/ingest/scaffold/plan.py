"""What a first report asks of the files: every closed question, every box, the means, attendance and spaces."""

from __future__ import annotations

from typing import Any

from pipeline.ingest.tools.draft import Draft, hint

#: Questions that are no subject of a report.
_NEVER = {"respondent", "identifier", "open_text", "weight", "birth_date", "site", "date", "age", "commune", "links"}
#: More boxes or answers in one table cannot be read.
MOST = 60


def survey_plan(source: str, drafts: list[Draft], population: str, title: dict[str, str]) -> tuple[Any, Any]:
    """Return the plan entries and the tables of one survey.

    Parameters
    ----------
    source : name of the source.
    population : whom its results are about: `respondents` or `inhabitants`.
    """
    by_age = any(d.content.get("role") in ("age", "birth_date") for d in drafts)
    asked = [d for d in drafts if d.content.get("role") not in _NEVER]
    closed = [d.name for d in asked if d.content["type"] in ("single", "likert") and len(d.content["codes"]) <= MOST]
    variables = [*(["age_band"] if by_age else []), *closed]
    indicators: list[dict[str, Any]] = []
    tables: list[dict[str, Any]] = []
    plan: list[dict[str, Any]] = []
    if variables:
        plan.append(
            {"question": "profile", "id": f"{source}-closed", "settings": {"variables": variables, "source": source}}
        )
        settings = {"analysis": f"{source}-closed", "questions": variables, "populations": [population]}
        tables.append(_table(f"{source}-closed", "profile-table", settings, title, hint("titles.answers"), "answers"))
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
    means = [d.name for d in asked if d.content["type"] in ("number", "count")]
    indicators += [{"name": f"{n}_mean", "question": n, "mean": True} for n in means]
    if means:
        settings = {
            "analysis": f"{source}-measures",
            "indicators": [f"{n}_mean" for n in means],
            "measure": "mean",
            "population": population,
        }
        tables.append(_table(f"{source}-means", "items-table", settings, title, "moyennes", "means"))
    if indicators:
        measured = {"indicators": indicators, "by": [], "source": source}
        plan.append({"question": "prevalence", "id": f"{source}-measures", "settings": measured})
    return plan, tables


def _table(
    name: str, figure: str, settings: dict[str, Any], title: dict[str, str], fr: str = "", en: str = ""
) -> dict[str, Any]:
    caption = {"fr": title["fr"] + (f" : {fr}" if fr else "")}
    if title.get("en"):
        caption["en"] = title["en"] + (f": {en}" if en else "")
    return {"name": name, "figure": figure, "settings": {**settings, "caption": caption}}
