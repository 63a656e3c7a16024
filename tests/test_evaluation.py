"""evaluation.yaml is checked on load; every fault names file, key, what was found and what is allowed."""

import dataclasses
import shutil
from pathlib import Path

import pytest
import yaml

from pipeline.errors import EvaluationError, PipelineError
from pipeline.evaluation import load
from pipeline.evaluation.settings import Disclosure
from pipeline.evaluation.traits import traits
from pipeline.ingest.tools.draft import hint
from pipeline.protect import Thresholds
from pipeline.questions.entry import entries
from pipeline.stages.loading import load_planned

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    return tmp_path


def change(project: Path, old: str, new: str, file: str = "evaluation.yaml") -> None:
    path = project / "surveys" / "miniature" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", sorted(p.parent.name for p in (ROOT / "surveys").glob("*/evaluation.yaml")))
def test_every_evaluation_of_the_project_loads(name: str) -> None:
    evaluation = load(name, ROOT)
    assert evaluation.settings.waves
    assert set(evaluation.instruments) == {s.name for s in evaluation.settings.sources}


def test_an_unknown_name_lists_the_evaluations_there_are(project: Path) -> None:
    with pytest.raises(EvaluationError) as fault:
        load("bretagne", project)
    assert "found: bretagne" in str(fault.value)
    assert "allowed: miniature" in str(fault.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("level: pays", "level: canton_", ["territory.level", "'pays'", "found 'canton_'"]),
        ("sampled: visit", "sampled: visitor", ["sampled", "found 'visitor'"]),
        ("edition: 2006", "edition: 2006\ncolour: red", ["colour", "not known"]),
        ("edition: 2006", 'edition: 2006\nisbn: "978-2-11-076611-4"', ["isbn", "no ISBN", "978-2-11-076611-4"]),
        ("edition: 2006", 'edition: 2006\nissn: "0031-9008"', ["issn", "no ISSN"]),
        ('"2006": {path: users-2006.csv', '"2007": {path: users-2006.csv', ["unknown waves ['2007']", "2006"]),
        ("field: [2003-11-17, 2003-12-12]", "field: [2003-12-17, 2003-12-12]", ["ends before it starts"]),
        ("cells: [stratum]", "cells: [district]", ["found: district", "stratum", "cells"]),
        ("inclusion: [p_space, p_day]", "inclusion: [p_room, p_day]", ["found: p_room", "inclusion"]),
        ("links: visits_4w", "links: visits_5w", ["found: visits_5w"]),
        ("clusters: [space_id, day]", "clusters: [space_id, hour]", ["found: hour", "design.clusters"]),
        ("attendance:pays", "presence:pays", ["unknown source 'presence'", "attendance"]),
        ("path: attendance.csv", "path: ../../../etc/passwd", ["leaves its folder", "passwd"]),
        ("instrument: users.yaml", "instrument: /etc/users.yaml", ["leaves its folder"]),
        ("age_bands: [15, 25, 45, 60]", "age_bands: [25, 15]", ["rising order"]),
        (
            "edition: 2006",
            "edition: 2006\nprevious: [{edition: 2006, ledger: a.csv}]",
            ["not earlier", "edition of its own"],
        ),
        ("edition: 2006", "edition: 2006\nprevious: [{edition: 2003}]", ["previous.0.ledger", "required"]),
        (
            "edition: 2006",
            "edition: 2006\nprevious: [{edition: 2003, ledger: ledgers/2003.csv}]",
            ["previous.0.ledger", "found: ledgers/2003.csv", "copy data/ledger.csv of the site of edition 2003"],
        ),
        (
            "edition: 2006",
            "edition: 2006\nerrata: [{ledger: l.csv, corrected: 2007-03-02, reason: {fr: a}}]",
            ["errata.0.ledger", "found: l.csv", "the edition that is corrected"],
        ),
        (
            "edition: 2006",
            "edition: 2006\nprevious: [{edition: 2003, ledger: users.yaml, manifest: m.json}]",
            ["previous.0.manifest", "found: m.json", "copy manifest.json of the site of edition 2003"],
        ),
        (
            "edition: 2006",
            "edition: 2006\nprevious: [{edition: 2003, ledger: ../../../2003.csv}]",
            ["previous.0.ledger", "leaves its folder"],
        ),
        ("minimum_contributors: 11", "protection: 2", ["disclosure.protection", "found 2"]),
    ],
)
def test_each_fault_says_place_found_and_allowed(project: Path, old: str, new: str, words: list[str]) -> None:
    change(project, old, new)
    with pytest.raises(PipelineError) as fault:
        load("miniature", project)
    message = str(fault.value)
    assert "evaluation.yaml" in message
    for word in words:
        assert word in message, message


def test_the_ledger_that_a_run_writes_is_no_ledger_of_an_earlier_edition(project: Path) -> None:
    made = project / "reports" / "_site" / "miniature" / "data" / "ledger.csv"
    made.parent.mkdir(parents=True)
    made.write_text("", encoding="utf-8")
    ledger = "../../reports/_site/miniature/data/ledger.csv"
    change(project, "edition: 2006", f"edition: 2006\nprevious: [{{edition: 2003, ledger: {ledger}}}]")
    with pytest.raises(EvaluationError, match="a run writes over this ledger"):
        load("miniature", project)
    kept = project / "surveys" / "miniature" / "2003.csv"
    made.rename(kept)
    change(project, ledger, "2003.csv")
    assert load("miniature", project).ledgers() == [kept]


def test_thresholds_of_an_evaluation_are_those_of_protection() -> None:
    declared = Disclosure().model_dump(exclude={"k"})
    assert declared == dataclasses.asdict(Thresholds())


def test_a_draft_holds_guesses_until_each_is_reviewed(project: Path) -> None:
    assert "guesses" not in traits(load("miniature", project))
    change(project, "edition: 2006", f"edition: 2006  {hint('review')}{hint('edition')}")
    assert "guesses" in traits(load("miniature", project))


def test_a_pattern_is_every_received_file_of_such_a_name(project: Path) -> None:
    change(project, '"2006": {path: users-2006.csv', '"2006": {path: users-2006-*.csv')
    received = project / "data" / "raw" / "miniature"
    received.mkdir(parents=True)

    def read() -> list[str]:
        users = load("miniature", project).source("users")
        return [f.path for f in users.files["2006"].each]

    assert read() == ["users-2006-*.csv"]  # nothing of such a name: a received file is missing
    for name in ("users-2006-02.csv", "users-2006-01.csv", "users-2006.csv", "users-2006-01.xlsx"):
        (received / name).write_text("a\n", encoding="utf-8")
    assert read() == ["users-2006-01.csv", "users-2006-02.csv"]


def test_a_missing_instrument_is_named(project: Path) -> None:
    (project / "surveys" / "miniature" / "register.yaml").unlink()
    with pytest.raises(PipelineError, match=r"register\.yaml: the file does not exist"):
        load("miniature", project)


def test_an_instrument_that_names_a_received_column_twice_is_refused(project: Path) -> None:
    change(project, "column: proba_jour", "column: proba_espace", "fieldwork.yaml")
    with pytest.raises(PipelineError, match="received column 'proba_espace' twice"):
        load("miniature", project)


def test_age_band_labels_cover_every_age() -> None:
    assert load("miniature", ROOT).age_band_labels() == ["0-14", "15-24", "25-44", "45-59", "60+"]


def test_what_needs_months_is_withheld_where_counts_are_of_longer_periods(project: Path) -> None:
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    declared["plan"] = [{"question": "label"}, {"question": "attendance"}, {"question": "forecast"}]
    for period, kept in ((None, ["label", "attendance", "forecast"]), ("year", ["attendance"])):
        counts = next(s for s in declared["sources"] if s["kind"] == "attendance")
        for spec in counts["files"].values():
            spec |= {"period": period} if period else {}
        path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
        evaluation = load_planned("miniature", project)
        assert [e.question for e in evaluation.settings.plan] == kept
    assert {i: e.question for i, e in evaluation.withheld.items()} == {0: "label", 2: "forecast"}
    assert entries(evaluation)[0].where() == "surveys/miniature/evaluation.yaml, key plan.1.settings"


def test_a_source_is_of_one_period_and_only_counts_have_one(project: Path) -> None:
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    register = next(s for s in declared["sources"] if s["kind"] == "sites")
    next(iter(register["files"].values()))["period"] = "year"
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    with pytest.raises(EvaluationError, match="period: year"):
        load("miniature", project)


def test_a_project_that_links_to_its_declarations_has_their_ledgers(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "surveys" / "miniature", project / "surveys" / "miniature")
    folder = project / "surveys" / "miniature"
    shutil.copy(folder / "users.yaml", folder / "ledger-2003.csv")
    path = folder / "evaluation.yaml"
    declared = "edition: 2006\nprevious: [{edition: 2003, ledger: ledger-2003.csv}]"
    path.write_text(path.read_text(encoding="utf-8").replace("edition: 2006", declared, 1), encoding="utf-8")
    scratch = project / "build" / "scratch"
    scratch.mkdir(parents=True)
    (scratch / "surveys").symlink_to(project / "surveys")
    assert load("miniature", scratch).ledgers() == [scratch / "surveys" / "miniature" / "ledger-2003.csv"]
