"""Tried as a new user would: five files of different kinds become an evaluation that checks and publishes at once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import load
from pipeline.ingest import read_sources
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.provenance import tree_digests

from .conftest import ROOT, Run, copy_project
from .in_process import run_here
from .received_files import SECRET, write_all


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the five data files and two questionnaires."""
    return write_all(tmp_path_factory.mktemp("received"))


def new(project: Path, files: list[Path], *more: str) -> Run:
    return run_here(project, "new", "essai", *map(str, files), *more)


@pytest.mark.slow
def test_five_files_of_different_kinds_are_drafted_checked_and_published(files: list[Path], tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", ())
    (project / "surveys").mkdir(exist_ok=True)
    before = tree_digests(files[0].parent, ["."])
    run = new(project, files)
    assert run.code == 0, run.out + run.err
    for said in ("LimeSurvey", "Kobo", "La Coop", "register", "to review", "yours are where they were"):
        assert said in run.out
    assert tree_digests(files[0].parent, ["."]) == before
    for path in files:
        assert (project / "data/raw/essai" / path.name).read_bytes() == path.read_bytes()
    run = run_here(project, "check", "essai")
    assert run.code == 0, run.out + run.err
    run = run_here(project, "report", "essai", "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    site = project / "reports/_site/essai"
    # tables that the report rests on stand in a document of their own
    report = "".join((site / f"{page}.html").read_text(encoding="utf-8") for page in ("report", "tables"))
    for shown in (
        "Sans plan de sondage",
        "Plutôt satisfait",
        "Courriel",
        "Démarches en ligne",
        "Moins de 12",
        "Heures",
    ):
        assert shown in report, shown
    assert "habitants" not in (site / "report.html").read_text(encoding="utf-8").split("Annexe")[0]
    personal = (SECRET, "Personne Fictive", "Nom Fictif")
    kept = [p for p in [*site.rglob("*"), *(project / "build").rglob("*")] if p.is_file()]
    assert not [p for p in kept for word in personal if word.encode() in p.read_bytes()]


def draft(project: Path, files: list[Path], replace: bool = False, name: str = "essai") -> list[str]:
    return new_evaluation(name, files, project, lambda standing: replace, dt.date(2024, 12, 1))


def test_an_evaluation_that_exists_is_not_replaced_without_a_word(files: list[Path], tmp_path: Path) -> None:
    register = [p for p in files if p.name == "espaces.csv"]
    draft(tmp_path, register)
    draft(tmp_path, register)  # the same files again change nothing
    yaml = tmp_path / "surveys/essai/evaluation.yaml"
    yaml.write_text(yaml.read_text(encoding="utf-8").replace("Essai", "Corrigé"), encoding="utf-8")
    corrected = yaml.read_bytes()
    refused = new(tmp_path, register)
    assert refused.code == 1
    assert "exists already" in refused.err
    assert "--yes" in refused.err
    assert yaml.read_bytes() == corrected
    draft(tmp_path, register, replace=True)
    assert yaml.read_bytes() != corrected


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("essai", "absent.csv", "no such file"),
        ("essai", "notes.pdf", "notes.pdf"),
        ("essai", "vide.csv", "vide.csv"),
        ("../essai", "notes.pdf", "name of an evaluation"),
        ("essai", "enquete.lss", "none of the files holds data"),
    ],
)
def test_what_cannot_be_drafted_is_one_message_and_writes_nothing(
    files: list[Path], tmp_path: Path, name: str, file: str, said: str
) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "vide.csv").write_bytes(b"")
    shutil.copy(files[0].parent / "enquete.lss", tmp_path)
    with pytest.raises(PipelineError, match=said):
        draft(tmp_path, [tmp_path / file], name=name)
    assert not (tmp_path / "surveys").exists()


def test_a_questionnaire_that_goes_with_no_file_is_told(files: list[Path], tmp_path: Path) -> None:
    chosen = [p for p in files if p.name in ("enquete.lss", "espaces.csv")]
    with pytest.raises(PipelineError, match="describes none of the data files"):
        draft(tmp_path, chosen)


def test_a_draft_loads_and_its_records_are_accepted(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copytree(ROOT / "data/reference", tmp_path / "data/reference")
    chosen = [p for p in files if p.suffix in (".sav", ".lss") or p.name.startswith(("results", "espaces"))]
    said = draft(tmp_path, chosen)
    assert any("satisfaction-2024.sav" in line for line in said)
    evaluation = load("essai", tmp_path)
    read = read_sources(evaluation)
    n = read.account.groupby("kind")["n"].sum()
    assert n["received"] == n["accepted"] + n["set_aside"]
    assert n["set_aside"] == 7, "the responses that were not submitted, and no other"
    clean = read.clean["satisfaction"]
    assert "COMMENT" not in clean
    assert not clean["EMAIL"].astype(str).str.contains("@").any()
    assert (clean["SATISF__status"] == "refused").sum() > 0
