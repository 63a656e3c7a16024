"""Names of spaces: sure matches only within their commune; everything else waits for a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import Ingested, ingest, read_sources
from pipeline.ingest.sites.decisions import undecided_text
from pipeline.ingest.sites.matching import Register, match
from pipeline.ingest.sites.names import normal, own_name
from pipeline.stages.check import show_undecided

from ..conftest import Make, keyed, question

#: Real communes: 22020 Broons, 35093 Dinard, 29232 Quimper, 56260 Vannes.
REGISTER = (
    "id;nom;anciens;insee\n"
    "S1;Cybercommune de Broons;;22020\n"
    "S2;Espace public numérique Les Tilleuls;;35093\n"
    "S3;Cyberespace de la gare;Médiathèque;29232\n"
    "S4;EPN des Ursulines;;29232\n"
    "S5;Espace multimédia des Ursulines;;56260\n"
)
SHEET = (
    "cle;lieu;commune\n"
    "1;EPN les tilleuls;35093\n"
    "2;Cybercommune de Broons;\n"
    "3;Espace numérique des Ursulines;29232\n"
    "4;Cyber-base Ursulines;Quimper\n"
    "5;EPN Ursuline;29232\n"
    "6;Garage Martin;56260\n"
    "7;EPN les tilleuls;56260\n"
)


def _evaluation(make: Make, sheet: str = SHEET) -> Evaluation:
    asked = [
        question("key", "key", role="respondent", column="cle"),
        question("space", "text", role="site", column="lieu"),
        question("town", "text", column="commune"),
    ]
    register = [
        question("id", "key", role="site", required=True),
        question("name", "text", role="site_name", column="nom"),
        question("old", "text", role="aliases", column="anciens"),
        question("insee", "text", role="commune"),
    ]
    more = {"register": ({"kind": "sites", "files": {"all": {"path": "r.csv", "separator": ";"}}}, register, REGISTER)}
    return make(
        asked,
        sheet,
        file={"separator": ";"},
        source={"site_commune": "town"},
        more=more,
        territory={"region": "53", "level": "pays", "vintage": 2023},
    )


def _decide(evaluation: Evaluation, *decisions: dict[str, Any]) -> None:
    made = [{"source": "users", "by": "A. B.", "date": "2006-12-01", "why": "appel", **d} for d in decisions]
    (evaluation.folder / "decisions.yaml").write_text(yaml.safe_dump({"sites": made}), encoding="utf-8")


@pytest.fixture(scope="module")
def register() -> Register:
    return Register(
        ["S1", "S2", "S3"],
        ["Cybercommune de Broons", "EPN Les Tilleuls", "EPN Les Tilleuls"],
        ["22020", "35093", "56260"],
        ["Broons", "Dinard", "Vannes"],
    )


def test_names_are_compared_without_what_all_of_them_say() -> None:
    assert own_name("L’Espace Public Numérique de St-Brieuc") == own_name("EPN de Saint Brieuc") == "saint brieuc"
    assert own_name("Cybercommune") == ""


@given(st.text())
def test_normal_form_is_stable(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert own_name(own_name(text)) == own_name(text)


def test_the_same_name_in_two_communes_is_told_apart_by_the_commune(register: Register) -> None:
    found = match(["epn LES TILLEULS", "epn les tilleuls"], ["56260", None], register)
    assert found.sure[0].site_id == "S3"
    assert {c.site_id for c in found.doubtful[1]} == {"S2", "S3"}


@pytest.mark.parametrize(("communes", "sure"), [([None] * 2, True), (["22020"] * 2, True), (["22020", "35093"], False)])
def test_a_name_is_enough_in_a_register_of_one_commune(communes: list[str | None], sure: bool) -> None:
    town = Register(["E1", "E2"], ["Dunlop", "Ville Gozet"], communes, ["", ""])
    found = match(["ville gozet"], [None], town)
    assert (0 in found.sure, 0 in found.doubtful) == (sure, not sure)


def test_records_join_by_name_and_commune_and_doubtful_ones_wait(make: Make) -> None:
    read = read_sources(_evaluation(make))
    users = read.clean["users"].set_index("key")["site_id"]
    assert users.to_dict() == dict(zip(keyed(*"1234"), ["S2", "S1", "S4", "S4"], strict=True))
    reasons = read.failures.set_index("line")["reason"].to_dict()
    assert reasons == {6: "undecided_site", 7: "unknown_site", 8: "undecided_site"}
    table = read.tables["undecided_sites"].set_index("received")
    assert table.loc[["EPN Ursuline"], "site_id"].tolist()[0] == "S4"
    assert table.loc[["EPN les tilleuls"], ["site_id", "score"]].to_numpy().tolist() == [["S2", 100.0]]
    assert (read.decisions["kind"] == "name_match").sum() == 4


def test_a_decision_joins_the_records_and_is_recorded(make: Make) -> None:
    evaluation = _evaluation(make)
    _decide(
        evaluation,
        {"received": "EPN Ursuline", "commune": "29232", "site_id": "S4"},
        {"received": "EPN les tilleuls", "commune": "56260", "site_id": "none"},
    )
    read = read_sources(evaluation)
    assert read.clean["users"].set_index("key").loc[keyed("5")[0], "site_id"] == "S4"
    assert read.failures.set_index("line")["reason"].to_dict() == {7: "unknown_site", 8: "unknown_site"}
    made = read.decisions[read.decisions["kind"] == "site_decision"]
    assert sorted(made["after"]) == ["S4", "none"]
    # Who decided stays in the file: decisions are published.
    assert not made.map(lambda cell: "A. B." in str(cell)).to_numpy().any()


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        ([{"received": "EPN Ursuline", "site_id": "S9"}], "does not hold"),
        ([{"received": "x", "site_id": "S1"}, {"received": "X", "site_id": "S2"}], "differ"),
        ([{"received": "x", "site": "S1"}], "site_id"),
        ([{"received": "x", "site_id": "S1", "source": "nothing"}], "unknown source"),
    ],
)
def test_decisions_that_cannot_be_followed_are_refused(make: Make, decisions: list[dict[str, Any]], told: str) -> None:
    evaluation = _evaluation(make)
    _decide(evaluation, *decisions)
    with pytest.raises(IngestError, match=told):
        read_sources(evaluation)


def test_the_proposal_becomes_the_decision_once_completed(make: Make, tmp_path: Path) -> None:
    evaluation = _evaluation(make)
    read: Ingested = ingest(evaluation, tmp_path / "out")
    proposal = evaluation.build / "to-decide" / "decisions.yaml"
    text = proposal.read_text(encoding="utf-8")
    told = undecided_text(read.tables["undecided_sites"], str(proposal))
    assert "users: 'EPN les tilleuls', commune 56260 (1 records)\n    100.0  S2" in told
    done = text.replace("#- ", "- ").replace("by: ''", "by: 'A. B.'").replace("date: ,", "date: 2006-12-01,")
    (evaluation.folder / "decisions.yaml").write_text(done.replace("why: ''", "why: 'appel'"), encoding="utf-8")
    again = ingest(evaluation, tmp_path / "again")
    assert again.tables["undecided_sites"].empty
    assert not proposal.exists()
    assert len(again.clean["users"]) == 6


def test_check_prints_the_candidates_and_where_to_decide(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    evaluation = _evaluation(make)
    show_undecided(evaluation, read_sources(evaluation).tables["undecided_sites"])
    told = capsys.readouterr().out
    assert "2 names of spaces to decide (2 records are set aside until then)" in told
    assert "S4  EPN des Ursulines" in told
    assert "build/essai/to-decide/decisions.yaml" in told
