"""Tables of networks: everybody listed last, changes with sign and unit, bounds in words, masked cells as signs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.figures.output import Absent, Table
from pipeline.figures.scope import Scope
from pipeline.results import Result, blank, frame
from pipeline.wording.numbers import MINUS, NARROW, NO_BREAK
from tests.figures.declared import entry
from tests.figures.kinds import kind_texts
from tests.lexicon import with_shared

NAMES = {
    "type=facilitator": "Animateurs",
    "type=school": "Écoles",
    "from_type=facilitator": "Animateurs",
    "from_type=school": "Écoles",
    "to_type=facilitator": "Animateurs",
    "to_type=school": "Écoles",
    "skill=publishing": "Publier",
    "skill=repair": "Réparer",
    "pays=02:name": "Pays de Brest",
    "pays=06:name": "Centre-Ouest Bretagne",
    "pays=02:dans": "dans le pays de Brest",
    "networks:skilled": "animateurs et animatrices",
    "source=cooperation": "enquête sur les coopérations",
}
TABLES = ["networks-actors", "networks-mixing", "networks-measures", "networks-skills"]


def row(indicator: str, measure: str, estimate: float, unit: str = "count", **changes: Any) -> Result:
    fixed: dict[str, Any] = {
        "analysis": "networks",
        "population": "respondents",
        "territory_level": "region",
        "territory": "53",
        "inference": "census",
        "source": "cooperation",
        "wave": "2006",
        "n": 40.0,
    }
    return Result(indicator=indicator, measure=measure, estimate=estimate, unit=unit, **{**fixed, **changes})


def rows() -> pd.DataFrame:
    made = []
    for kind, here, there in (("facilitator", 5.0, 4.0), ("school", 2.0, 7.0)):
        for place, n in (("02", here), ("06", there)):
            level = {"territory_level": "pays", "territory": place, "population": "actors"}
            made.append(row("actors", "listed", n, domain={"type": kind}, **level))
        made.append(row("actors", "listed", here + there, domain={"type": kind}, population="actors"))
        made.append(row("actors", "answered", 0.75, "share", domain={"type": kind}, population="records"))
    made += [
        row("actors", "listed", 18.0, population="actors"),
        row("actors", "answered", 0.8, "share", population="records"),
    ]
    made += [
        row("actors", "listed", n, territory_level="pays", territory=p, population="actors")
        for p, n in (("02", 7.0), ("06", 11.0))
    ]
    made.append(row("skills", "reached", 3.0, territory_level="pays", territory="02"))
    made.append(row("skills", "reached_overall", 1.0))
    model = {"population": "actors", "inference": "model", "level": 0.95, "quality": "caution", "reason": "model"}
    for wave, mean, share in (("2003", 4.6, 0.31), ("2006", 6.4, 0.28)):
        made.append(row("partners", "mean", mean, "mean", wave=wave, lower=mean - 0.3, upper=mean + 0.3, **model))
        made.append(
            row("reciprocity", "share", share, "share", wave=wave, lower=share - 0.03, upper=share + 0.03, **model)
        )
        made.append(row("cohesion", "bridges", 14.0, wave=wave))
        made.append(row("core", "actors", 9.0, wave=wave, contributors=9.0))
    both = "2003..2006"
    made.append(row("partners", "mean_shift", 1.8, "mean", wave=both, lower=1.0, upper=2.6, **model))
    made.append(row("reciprocity", "shift", -3.0, "point", wave=both, lower=-9.0, upper=3.0, **model))
    for skill, share in (("publishing", 0.52), ("repair", 0.2)):
        of = {"domain": {"skill": skill}}
        made.append(row("skills", "share", share, "share", lower=share - 0.05, upper=share + 0.05, **of, **model))
        made.append(row("skills", "to_reference", 100 * share - 50, "point", lower=-4.0, upper=6.0, **of, **model))
        made.append(row("skills", "reference", 0.5, "share", **of))
        made.append(row("skills_bounds", "share", share, "share", lower=0.48, upper=0.58, **of))
    for one, other, mean in (
        ("facilitator", "facilitator", 5.9),
        ("facilitator", "school", 2.2),
        ("school", "facilitator", 1.3),
    ):
        made.append(row("partners", "declared", mean, "mean", domain={"from_type": one, "to_type": other}))
    table = frame(made, waves=["2003", "2006"])
    masked = ((table["indicator"] == "core") & (table["wave"] == "2003")) | (
        table["domain"].eq("skill=repair") & table["measure"].ne("reference")
    )
    return blank(
        table.assign(quality=table["quality"].mask(masked, "suppress"), reason=table["reason"].mask(masked, "c")),
        masked,
    )


@pytest.fixture(scope="module")
def scope() -> Scope:
    labels = kind_texts() | {key: {"fr": text, "en": text} for key, text in NAMES.items()}
    return Scope(rows(), with_shared(labels), "region", "fr")


def drawn(scope: Scope, name: str) -> Table:
    table = entry(name, scope.lang).make(scope)
    assert isinstance(table, Table)
    return table


def cells(table: Table) -> list[list[str]]:
    return [[c.text for c in line] for line in table.rows]


def test_the_map_ends_with_everybody_and_the_skills_reached(scope: Scope) -> None:
    table = drawn(scope, "networks-actors")
    assert [c.label for c in table.columns][1:3] == ["Pays de Brest", "Centre-Ouest Bretagne"]
    assert cells(table)[-2] == ["Ensemble", "7", "11", "18", f"80{NARROW}%"]
    assert cells(table)[-1][1:] == ["3", "nd", "1", "–"]
    assert "dans le pays de Brest" in table.notes.reading


def test_changes_carry_their_sign_and_unit_and_masked_numbers_their_sign(scope: Scope) -> None:
    lines = {line[0]: line[1:] for line in cells(drawn(scope, "networks-measures"))}
    partners = next(v for k, v in lines.items() if k.startswith("Partenaires"))
    assert partners[2].startswith(f"+{NO_BREAK}1,8 [+{NO_BREAK}1,0")
    mutual = next(v for k, v in lines.items() if k.startswith("Réciprocité"))
    assert mutual[2].startswith(f"{MINUS}{NO_BREAK}3{NO_BREAK}points [")
    assert lines["Acteurs du cœur du réseau"] == ["c", "9", "–"]
    assert drawn(scope, "networks-measures").groups[1][0] == 2


def test_skills_show_bounds_in_words_and_nothing_of_few(scope: Scope) -> None:
    publishing, repair = cells(drawn(scope, "networks-skills"))
    assert publishing[0] == "Publier"
    assert publishing[2] == f"entre 48{NARROW}% et 58{NARROW}%"
    assert publishing[3] == f"50{NARROW}%"
    assert repair[1:] == ["c", "c", f"50{NARROW}%", "c"]
    assert drawn(scope, "networks-skills").notes.population == "animateurs et animatrices de la liste."


def test_who_works_with_whom_has_no_line_of_everybody_and_no_interval(scope: Scope) -> None:
    table = drawn(scope, "networks-mixing")
    assert cells(table) == [["Animateurs", "5,9", "2,2"], ["Écoles", "1,3", "nd"]]
    assert not any("indicative" in text for text in table.notes.extra)
    assert table.notes.population == "acteurs de la liste qui ont répondu."


@pytest.mark.parametrize("name", TABLES)
def test_without_results_the_table_says_so(name: str) -> None:
    scope = Scope(rows().iloc[:0], with_shared({}), "region", "fr")
    assert isinstance(entry(name, scope.lang).make(scope), Absent)


@pytest.mark.parametrize("name", TABLES)
def test_tables_speak_english_too(scope: Scope, name: str) -> None:
    table = drawn(Scope(scope.results, scope.labels, "region", "en"), name)
    assert "," not in "".join(line[1].text for line in table.rows)
