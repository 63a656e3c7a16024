"""Results made up for the tests of figures: plausible in size, about nobody."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline import results
from pipeline.results import Result
from tests.figures.kinds import kind_texts
from tests.lexicon import place_labels, with_shared

ROOT = Path(__file__).parents[2]
BANDS = ("15-24", "25-44", "45-59", "60+")
ATTENDANCE_BANDS = ("0-14", "15-24", "25-44", "45-59", "60-74", "75+")
WAVES = ("2003", "2006")
SERVICES = {
    "internet_access": ("Accès à Internet", 0.62, 0.48),
    "email": ("Messagerie électronique", 0.41, 0.40),
    "office_software": ("Bureautique", 0.45, 0.33),
    "first_steps": ("Premiers pas", 0.24, 0.22),
    "help_at_home": ("Aide à domicile", 0.12, 0.19),
    "photo_software": ("Retouche de photos", 0.14, 0.24),
    "blog_or_site": ("Création d'un blog ou d'un site", 0.05, 0.14),
    "video_music": ("Vidéo et musique", 0.06, 0.09),
    "specialised_culture_sites": ("Sites culturels spécialisés", 0.06, 0.08),
    "activism_associations": ("Vie associative et militante", 0.04, 0.05),
    "e_administration": ("Démarches administratives en ligne", 0.09, 0.17),
    "printing_scanning": ("Impression et numérisation", 0.20, 0.18),
    "job_search": ("Recherche d'emploi", 0.16, 0.17),
}
SATISFACTION = {
    "welcome": (0.93, 0.94),
    "hours": (0.61, 0.59),
    "equipment": (0.68, 0.55),
    "connection_speed": (0.52, 0.71),
    "workshops": (0.79, 0.82),
    "price": (0.84, 0.82),
    "quiet": (0.66, 0.66),
    "overall": (0.86, 0.87),
}
PROFILE = {
    "age_band": dict(zip(BANDS, ((0.30, 0.24), (0.33, 0.31), (0.21, 0.24), (0.16, 0.21)), strict=True)),
    "sex": {"female": (0.51, 0.51), "male": (0.49, 0.49)},
    "occupation": {
        "pupil_student": (0.27, 0.22),
        "employed": (0.29, 0.28),
        "unemployed": (0.17, 0.18),
        "retired": (0.17, 0.22),
        "home_other": (0.10, 0.10),
    },
    "home_computer": {"yes": (0.44, 0.58), "no": (0.56, 0.42)},
    "home_internet": {"yes": (0.27, 0.47), "no": (0.73, 0.53)},
}
#: Estimates that are hidden in the tests: they may appear nowhere.
SECRET = 0.7351


def share(analysis, indicator, population, wave, level, code, p, half=0.03, n=1900, **more) -> Result:
    """Return a share with its interval."""
    return Result(
        analysis=analysis,
        indicator=indicator,
        measure=more.pop("measure", "share"),
        population=population,
        territory_level=level,
        territory=code,
        unit="share",
        inference=more.pop("inference", "sample"),
        estimate=p,
        wave=wave,
        se=half / 1.96,
        lower=max(0.0, p - half),
        upper=min(1.0, p + half),
        level=0.95,
        df=120,
        n=n,
        source="users",
        **more,
    )


def shift(analysis, indicator, level, code, points, half=4.5, **more) -> Result:
    """Return a difference between the two waves, in points."""
    return Result(
        analysis=analysis,
        indicator=indicator,
        measure=more.pop("measure", "shift"),
        population="users",
        territory_level=level,
        territory=code,
        unit="point",
        inference="sample",
        estimate=points,
        wave=more.pop("wave", "2003..2006"),
        se=half / 1.96,
        lower=points - half,
        upper=points + half,
        level=0.95,
        df=120,
        n=3900,
        p_value=0.001 if abs(points) > half else 0.3,
        source="users",
        **more,
    )


def census(analysis, indicator, measure, population, unit, value, level, code, source="attendance", **more) -> Result:
    """Return an exhaustive number."""
    return Result(
        analysis=analysis,
        indicator=indicator,
        measure=measure,
        population=population,
        territory_level=level,
        territory=code,
        unit=unit,
        inference="census",
        estimate=value,
        source=source,
        **more,
    )


def _demand(rows: list[Result], codes: list[str], rng: np.random.Generator) -> None:
    truth = {"15-24": (0.48, 0.54), "25-44": (0.44, 0.53), "45-59": (0.31, 0.46), "60+": (0.21, 0.37)}
    region = ("region", "53")
    for item, (_, *levels) in SERVICES.items():
        for wave, p in zip(WAVES, levels, strict=True):
            rows.append(share("demand", item, "users", wave, *region, p, 0.025))
        rows.append(shift("demand", item, *region, 100 * (levels[1] - levels[0]), 3.2))
    for wave, p in zip(WAVES, (0.39, 0.484), strict=True):
        rows.append(share("demand", "elaborate", "users", wave, *region, p, 0.03))
    rows.append(shift("demand", "elaborate", *region, 9.4, 4.2))
    for band, levels in truth.items():
        for wave, p in zip(WAVES, levels, strict=True):
            more = {"quality": "caution", "reason": "df"} if (band, wave) == ("60+", "2003") else {}
            rows.append(
                share("demand", "elaborate", "users", wave, *region, p, 0.055, domain={"age_band": band}, **more)
            )
        rows.append(
            shift("demand", "elaborate", *region, 100 * (levels[1] - levels[0]), 7.4, domain={"age_band": band})
        )
    for i, code in enumerate(codes):
        p = float(np.clip(0.48 + rng.normal(0, 0.07), 0.2, 0.8))
        hidden = {"quality": "suppress", "reason": "ns_n"} if i % 5 == 2 else {}
        if hidden:
            p = SECRET
        caution = {"quality": "caution", "reason": "df"} if i % 7 == 3 and not hidden else {}
        for wave, q in (("2003", p - 0.09), ("2006", p)):
            if hidden and wave == "2003":
                q = SECRET
            rows.append(share("demand", "elaborate", "users", wave, "pays", code, q, 0.11, n=95, **hidden, **caution))
        gap = 100 * (p - 0.484) * 1.1
        rows.append(
            shift("demand", "elaborate", "pays", code, gap, 9.0, measure="gap", wave="2006", **hidden, **caution)
        )


def _satisfaction(rows: list[Result]) -> None:
    region = ("region", "53")
    for item, levels in SATISFACTION.items():
        for wave, p in zip(WAVES, levels, strict=True):
            rows.append(share("satisfaction", item, "users", wave, *region, p, 0.024))
        rows.append(shift("satisfaction", item, *region, 100 * (levels[1] - levels[0]), 3.4))
    for wave, notes in zip(WAVES, ((0.01, 0.03, 0.10, 0.41, 0.45), (0.01, 0.03, 0.09, 0.38, 0.49)), strict=True):
        for answer, p in enumerate(notes, 1):
            rows.append(
                share(
                    "satisfaction",
                    "overall",
                    "users",
                    wave,
                    *region,
                    p,
                    min(0.024, p),
                    measure="distribution",
                    domain={"answer": answer},
                )
            )


def _profile(rows: list[Result], codes: list[str]) -> None:
    for question, values in PROFILE.items():
        for code, levels in values.items():
            for wave, p in zip(WAVES, levels, strict=True):
                for population, q in (("users", p), ("visits", p * 0.9 + 0.03)):
                    rows.append(
                        share("profile", question, population, wave, "region", "53", q, 0.022, domain={question: code})
                    )
                    if question in ("age_band", "sex"):
                        for i, pays in enumerate(codes):
                            hidden = {"quality": "suppress", "reason": "np_width"} if i % 4 == 1 else {}
                            value = SECRET if hidden else q
                            rows.append(
                                share(
                                    "profile",
                                    question,
                                    population,
                                    wave,
                                    "pays",
                                    pays,
                                    value,
                                    0.10,
                                    n=90,
                                    domain={question: code},
                                    **hidden,
                                )
                            )


def _attendance(rows: list[Result], codes: list[str], rng: np.random.Generator) -> None:
    age = (0.15, 0.32, 0.25, 0.15, 0.105, 0.025)
    trend = (-0.07, -0.08, -0.03, 0.04, 0.10, 0.10)
    activities = {"open_access": 0.60, "individual_help": 0.15, "workshop": 0.20, "group": 0.05}
    for level, code in [("region", "53"), *(("pays", c) for c in codes)]:
        size = 1_020_000 if level == "region" else float(rng.uniform(20_000, 90_000))
        spaces = 381 if level == "region" else 18
        for k, year in enumerate(("2003", "2004", "2005", "2006")):
            total = 0.0
            for band, s, t in zip(ATTENDANCE_BANDS, age, trend, strict=True):
                v = size * s * (1 + t) ** k
                total += v
                for measure, unit, value in (
                    ("count", "count", v),
                    ("per_space", "mean", v / spaces / 12),
                    ("share", "share", s * (1 + t) ** k),
                ):
                    rows.append(
                        census(
                            "attendance",
                            "visits",
                            measure,
                            "visits",
                            unit,
                            value,
                            level,
                            code,
                            period=year,
                            domain={"age_band": band},
                            coverage=0.96,
                        )
                    )
            for measure, unit, value in (
                ("count", "count", total),
                ("per_space", "mean", total / spaces / 12),
                ("per_inhabitant", "rate", total / (3_000_000 if level == "region" else 143_000)),
            ):
                rows.append(
                    census(
                        "attendance",
                        "visits",
                        measure,
                        "visits",
                        unit,
                        value,
                        level,
                        code,
                        period=year,
                        coverage=0.96,
                        method="completed" if measure == "per_inhabitant" else None,
                    )
                )
            for activity, s in activities.items():
                rows.append(
                    census(
                        "attendance",
                        "visits",
                        "per_space",
                        "visits",
                        "mean",
                        total * s / spaces / 12,
                        level,
                        code,
                        period=year,
                        domain={"activity": activity},
                    )
                )
            rows.append(
                census("attendance", "coverage", "share", "spaces", "share", 0.96 + k / 200, level, code, period=year)
            )
        rows.append(
            census("attendance", "visits", "evolution", "visits", "ratio", -0.087, level, code, period="2003..2006")
        )
        for when, opened, hours in (("2003-12-31", spaces, 18.2), ("2006-12-31", spaces - 3, 19.4)):
            for indicator, measure, unit, value in (
                ("open", "count", "count", opened),
                ("labelled", "count", "count", 0 if when < "2004" else max(1, spaces // 9)),
                ("posts", "count", "count", opened * 7),
                ("hours", "mean", "mean", hours),
                ("equipment_over_5", "share", "share", 0.31 if when < "2004" else 0.62),
            ):
                rows.append(
                    census(
                        "spaces", indicator, measure, "spaces", unit, value, level, code, source="register", period=when
                    )
                )
        population = 3_094_534 if level == "region" else 143_000
        rows.append(
            census(
                "territory",
                "population",
                "count",
                "inhabitants",
                "count",
                population,
                level,
                code,
                source="insee",
                period="2006",
            )
        )


def _accounts(rows: list[Result]) -> None:
    region = ("region", "53")
    for wave, sampled, handed in (("2003", 270, 5600), ("2006", 272, 5800)):
        for indicator, measure, population, unit, value in (
            ("spaces.sampled", "count", "spaces", "count", sampled),
            ("spaces.participating", "count", "spaces", "count", sampled * 0.81 // 1),
            ("spaces", "rate", "spaces", "rate", 0.81),
            ("persons.handed", "count", "visits", "count", handed),
            ("persons.returned", "count", "visits", "count", handed * 0.58 // 1),
            ("persons", "rate", "visits", "rate", 0.58),
            ("visits_4w", "item_nonresponse", "respondents", "share", 0.02),
        ):
            rows.append(
                census("response", indicator, measure, population, unit, value, *region, source="users", wave=wave)
            )
        for indicator, value in (("received", 3300), ("accepted", 3250), ("set_aside", 50)):
            for time in ({"wave": wave}, {"period": "all"}):
                if time == {"period": "all"} and wave == "2006":
                    continue
                rows.append(_records(indicator, value, {"source": "users"}, **time))
        for weight in ("visit", "person"):
            for measure, unit, value in (("n", "count", 1900), ("deff_kish", "ratio", 1.72), ("mean", "mean", 16.2)):
                rows.append(
                    census("weighting", weight, measure, "visits", unit, value, *region, source="users", wave=wave)
                )
        for band in BANDS:
            for measure in ("target", "before", "after"):
                rows.append(
                    census(
                        "weighting",
                        "margin_age_band",
                        measure,
                        "visits",
                        "count",
                        15_300,
                        *region,
                        source="users",
                        wave=wave,
                        domain={"age_band": band},
                    )
                )
    rows.append(_records("set_aside", 31, {"source": "users", "reason": "out_of_range"}, period="all"))
    rows.append(_records("received", 24_000, {"source": "attendance"}, period="all"))
    rows.append(_records("accepted", 24_000, {"source": "attendance"}, period="all"))


def _records(indicator: str, value: float, domain: dict[str, str], **time: str) -> Result:
    return census(
        "account",
        indicator,
        "count",
        "records",
        "count",
        value,
        "region",
        "53",
        source=domain["source"],
        domain=domain,
        **time,
    )


def synthetic(codes: list[str], blanked: bool = True) -> pd.DataFrame:
    """Return a results table: made-up numbers, some suppressed and, unless asked otherwise, blanked."""
    rng = np.random.default_rng(20061231)
    rows: list[Result] = []
    _demand(rows, codes, rng)
    _satisfaction(rows)
    _profile(rows, codes)
    _attendance(rows, codes, rng)
    _accounts(rows)
    table = results.frame(rows)
    return results.blank(table, table["quality"] == "suppress") if blanked else table


def pays_records() -> dict[str, dict[str, str]]:
    """Return the committed table of the pays by code."""
    with (ROOT / "data" / "reference" / "53" / "pays.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def labels_mapping() -> dict[str, dict[str, str]]:
    """Return the labels an evaluation would give."""
    words = {f"demand.{k}": v[0] for k, v in SERVICES.items()}
    words |= {
        "occupation=pupil_student": "Élèves et étudiants",
        "occupation=employed": "Actifs occupés",
        "occupation=unemployed": "Demandeurs d'emploi",
        "occupation=retired": "Retraités",
        "occupation=home_other": "Au foyer, autres",
        "answer=1": "Pas du tout satisfait",
        "answer=2": "Plutôt pas satisfait",
        "answer=3": "Ni l'un ni l'autre",
        "answer=4": "Plutôt satisfait",
        "answer=5": "Très satisfait",
        "source=users": "enquête auprès des usagers",
        "source=attendance": "relevés de fréquentation",
        "source=register": "registre des espaces",
        "source=insee": "Insee, estimations de population",
        "synthetic": "données simulées",
        "boundaries": "pays=2023",
    }
    labels = {k: {"fr": v, "en": v} for k, v in words.items()} | kind_texts()
    bretagne = {
        "name": "Bretagne",
        "label": "Bretagne",
        "name_de": "de Bretagne",
        "name_a": "à la Bretagne",
        "name_dans": "en Bretagne",
    }
    labels |= place_labels("region", "53", bretagne)
    for code, record in pays_records().items():
        labels |= place_labels("pays", code, record)
    return with_shared(labels)
