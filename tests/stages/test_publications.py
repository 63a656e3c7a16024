"""What differs of two publications is told by kind, and a changed number by its cause as far as it can be known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline import provenance
from pipeline.stages.publications import causes_among, causes_of, differences


def made(inputs: dict[str, str], code: str = "1", **settings: object) -> dict[str, object]:
    return {
        "python": "3.11",
        "renderer": {"name": "embedded"},
        "settings": {"edition": 2006, "title": "t", "plan": 1, **settings},
        "inputs": inputs,
        "code": {"survey/taylor.py": code, "publish/annex/home.py": code},
    }


@pytest.mark.parametrize(
    ("before", "now", "causes"),
    [
        ({}, {"users.csv": "1"}, {"data"}),
        ({"data/reference/53/population.csv": "1"}, {}, {"population"}),
        ({"data/reference/53/pays.csv": "1"}, {"data/reference/53/pays.csv": "2"}, {"boundaries"}),
        ({"surveys/a/population.csv": "1"}, {"surveys/a/population.csv": "2"}, {"population"}),
        ({"surveys/a/users.yaml": "1"}, {"surveys/a/users.yaml": "2"}, {"settings"}),
        ({"requirements.lock": "1"}, {"requirements.lock": "2"}, {"code"}),
        # what no number is made of is no cause
        ({"reports/fr/demand/words.yaml": "1"}, {}, set()),
        ({"surveys/a/ledger-2005.csv": "1"}, {}, set()),
        ({"surveys/a/evaluation.yaml": "1"}, {"surveys/a/evaluation.yaml": "2"}, set()),
    ],
)
def test_the_cause_follows_from_the_kind_of_thing(
    before: dict[str, str], now: dict[str, str], causes: set[str]
) -> None:
    assert causes_among(dict(differences(made(before), made(now)))) == causes


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ("code,name,population\n1,a,12\n2,b,20\n", "population"),
        ("code,name,population\n1,a,10\n3,b,20\n", "boundaries"),
        ("code,name,population\n1,a,12\n2,b,20\n3,c,5\n", "boundaries"),
    ],
)
def test_a_table_of_places_that_differs_in_its_inhabitants_alone_tells_populations(
    changed: str, cause: str, tmp_path: Path
) -> None:
    name, told = "data/reference/53/communes.csv", []
    for text in ("code,name,population\n1,a,10\n2,b,20\n", changed):
        path = tmp_path / "communes.csv"
        path.write_text(text, encoding="utf-8")
        beside = {name: provenance.digest_without(path, "population")}
        told.append({**made({name: provenance.file_digest(path)}), "beside_population": beside})
    assert causes_among(dict(differences(*told))) == {cause}
    # a manifest of before does not tell: the table is one of places
    assert causes_among(dict(differences(made({name: "1"}), told[1]))) == {"boundaries"}


def test_tables_of_inhabitants_alone_or_without_any_have_no_second_digest(tmp_path: Path) -> None:
    for text in ("population_2006,population_2007\n1,2\n", "code,name\n1,a\n", ""):
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        assert provenance.digest_without(tmp_path / "table.csv", "population") is None


def test_settings_and_code_count_where_numbers_are_made_of_them() -> None:
    assert causes_among(dict(differences(made({}), made({}, title="other", edition=2007)))) == set()
    assert causes_among(dict(differences(made({}), made({}, plan=2)))) == {"settings"}
    assert causes_among(dict(differences(made({}), made({}, code="2")))) == {"code"}
    annex = made({})
    annex["code"] = {"survey/taylor.py": "1", "publish/annex/home.py": "2"}
    assert causes_among(dict(differences(made({}), annex))) == set()


@pytest.mark.parametrize(
    ("possible", "causes"),
    [
        (None, ["data", "unknown", "unknown"]),
        ({"data"}, ["data", "data", "data"]),
        # a count that moved though no received file did: settings or code set records aside
        ({"code"}, ["code", "code", "code"]),
        ({"data", "code"}, ["data", "several", "several"]),
        ({"data", "population"}, ["data", "several", "population"]),
        (set(), ["unknown", "unknown", "unknown"]),
    ],
)
def test_a_number_is_given_the_cause_that_it_tells_itself_then_the_only_one(
    possible: set[str] | None, causes: list[str]
) -> None:
    quantities = ["share{a}", "share{b}", "total[inhabitants]", "share{d}"]
    changes = pd.DataFrame({"quantity": quantities, "moved": ["data", "", "", "definition"]})
    # a definition is read from the numbers themselves, whatever else differs
    assert causes_of(changes, possible).tolist() == [*causes, "definition"]
