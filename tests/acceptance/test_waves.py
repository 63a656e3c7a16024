"""Evaluations of one wave and of three: levels without a change, and changes between any two waves or along all."""

from __future__ import annotations

import copy
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import load
from tests.acceptance.edited_site import NAME, PAGES, edit, no_empty_figure, published

LATER = {"name": "2005", "field": [dt.date(2005, 11, 14), dt.date(2005, 12, 9)], "mode": "web_on_site"}
#: The same weekday a year before.
YEAR = pd.Timedelta(days=364)


def one_wave(content: dict[str, Any]) -> None:
    """Keep the last wave, and no comparison."""
    content["waves"] = [w for w in content["waves"] if w["name"] == "2006"]
    for source in content["sources"]:
        source["files"].pop("2003", None)
        for spec in source["files"].values():
            (spec.get("waves") or {}).pop("2003", None)
    for entry in content["plan"]:
        if entry["question"] != "attendance":  # its years are those of the counts, not waves
            entry.get("settings", {}).pop("contrast", None)
    for question in content["questions"]:
        question["statements"] = [s for s in question.get("statements", []) if "wave=2003" not in s["about"]]


def recommended_from_levels(content: dict[str, Any]) -> None:
    """Keep the recommendations that rest on no change between waves."""
    kept = [r for r in content["recommendations"] if "wave=2003" not in str(r.get("evidence"))]
    content["recommendations"] = kept


@pytest.mark.slow
def test_one_wave_tells_levels_and_no_change_of_users(project: Path) -> None:
    edit(project, "evaluation.yaml", one_wave)
    edit(project, "texts/recommendations.yaml", recommended_from_levels)
    record = project / "data" / "raw" / NAME / "fieldwork.csv"
    rows = pd.read_csv(record, sep=";", dtype=str)
    rows[rows["vague"] == "2006"].to_csv(record, sep=";", index=False)
    assert [w.name for w in load(NAME, project).settings.waves] == ["2006"]
    site = published(project)
    no_empty_figure(site)
    table = results.read(project / "build" / NAME / "protect" / "results.parquet")
    waves = table.loc[table["population"] == "users", "wave"].unique()
    assert list(waves) == ["2006"]
    for page in PAGES:
        text = site.text(page)
        # its period is still 2003-2006: visits were counted before the survey; no sentence opposes two waves of users
        told = text.replace("plus élaborés depuis 2003 ?", "")
        # key figures end without a stop: visits of comparable spaces are one of them, the next heading ends them
        told = re.sub(r"\([^()]*depuis 2003, à espaces comparables\)", "", told)
        assert [
            s for s in re.split(r"\.|L’essentiel", told) if "depuis 2003" in s and re.search("usagers|satisf", s)
        ] == [], page
        assert "deux vagues" not in text, page
    assert "2006" in site.text("report.html")


def third_wave(project: Path) -> None:
    """Invent a wave of 2005: four answers in five of 2006, the record of its fieldwork, a year before."""
    raw = project / "data" / "raw" / NAME
    answers = pd.read_csv(raw / "users-2006.csv", sep=";", dtype=str, encoding="cp1252", keep_default_na=False)
    answers = answers.iloc[[i for i in range(len(answers)) if i % 5]]
    for column in answers:
        day = pd.to_datetime(answers[column], format="%Y-%m-%d", errors="coerce")
        moment = pd.to_datetime(answers[column], format="%Y-%m-%d %H:%M:%S", errors="coerce")
        if moment.notna().mean() > 0.5:
            answers[column] = (moment - YEAR).dt.strftime("%Y-%m-%d %H:%M:%S").fillna("")
        elif day.notna().mean() > 0.5:
            answers[column] = (day - YEAR).dt.strftime("%Y-%m-%d").fillna("")
    answers.to_csv(raw / "users-2005.csv", sep=";", index=False, encoding="cp1252")
    record = pd.read_csv(raw / "fieldwork.csv", sep=";", dtype=str)
    added = record[record["vague"] == "2006"].assign(vague="2005")
    moved = pd.to_datetime(added["date_collecte"]) - YEAR
    added["date_collecte"] = moved.dt.strftime("%Y-%m-%d")
    pd.concat([record, added]).to_csv(raw / "fieldwork.csv", sep=";", index=False)


def of_2005(about: str) -> str:
    """Return what a statement on satisfaction is about once satisfaction is compared with 2005."""
    return about.replace("2003..2006", "2005..2006") if about.startswith("satisfaction.") else about


def recommended_from_2005(content: dict[str, Any]) -> None:
    """Rest the recommendations on the same comparisons."""
    for recommendation in content["recommendations"]:
        if "evidence" in recommendation:
            recommendation["evidence"] = of_2005(recommendation["evidence"])


def three_waves(content: dict[str, Any]) -> None:
    """Declare the wave of 2005, changes over any two waves and the trend along all three."""
    content["waves"].insert(1, {**LATER, "attendance_month": "2005-11", "opening_days": 20})
    for source in content["sources"]:
        if source["name"] == "users":
            last = source["files"].pop("2006")
            source["files"] |= {"2005": {**last, "path": "users-2005.csv"}, "2006": last}
        for spec in source["files"].values():
            if spec.get("waves"):
                spec["waves"]["2005"] = 2005
    plan = {entry["question"]: entry for entry in content["plan"]}
    plan["satisfaction"]["settings"]["contrast"] = ["2005", "2006"]
    for question in content["questions"]:
        for statement in question.get("statements", []):
            statement["about"] = of_2005(statement["about"])
    settings = {"indicators": ["elaborate"], "controls": ["age_band", "sex"], "trends": ["elaborate"]}
    content["plan"].append({"question": "adjusted", "settings": {**settings, "contrast": ["2003", "2006"]}})


def same_columns(content: dict[str, Any]) -> None:
    """Read the wave of 2005 as that of 2006."""
    for question in content["questions"]:
        if "2006" in question.get("waves", {}):
            question["waves"]["2005"] = copy.deepcopy(question["waves"]["2006"])


@pytest.mark.slow
def test_three_waves_are_compared_two_by_two_and_along_all_of_them(project: Path) -> None:
    third_wave(project)
    edit(project, "evaluation.yaml", three_waves)
    edit(project, "texts/recommendations.yaml", recommended_from_2005)
    edit(project, "users.yaml", same_columns)
    edit(project, "fieldwork.yaml", same_columns)
    site = published(project)
    no_empty_figure(site)
    told = results.read(project / "build" / NAME / "analyse" / "results.parquet").set_index("result_id")
    levels = [told.at[f"demand.elaborate.share/users/wave={w}/region=53", "estimate"] for w in (2003, 2005, 2006)]
    assert all(0.2 < level < 0.7 for level in levels)
    shift = told.loc["demand.elaborate.shift/users/wave=2003..2006/region=53"]
    assert shift["estimate"] == pytest.approx(100 * (levels[2] - levels[0]), abs=1e-9)
    between = told.loc["satisfaction.overall.shift/users/wave=2005..2006/region=53"]
    assert between["se"] > 0
    trend = told.loc["demand.elaborate.trend/users/wave=2003..2006/region=53"]
    # points a year over three years: near a third of the change between the ends
    assert trend["estimate"] == pytest.approx(shift["estimate"] / 3, abs=1.5)
    assert told.at["demand.elaborate.curvature/users/wave=2003..2006/region=53", "p_value"] <= 1
    text = site.text("report.html")
    assert "2005" in text
    for page in PAGES:
        assert not re.search("deux vagues(?! comparées)", site.text(page)), page
