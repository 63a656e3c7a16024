"""A published edition is kept, guarded against and never replaced without a word."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline import provenance
from pipeline.errors import IngestError, PublishError
from pipeline.evaluation import Evaluation, load
from pipeline.evaluation.printings import Erratum, Previous
from pipeline.protect import ledger
from pipeline.results import LEDGER
from pipeline.stages import archive, editions, order
from pipeline.stages.publish import code_digests
from pipeline.stages.verify import refuse_differing, refuse_failing, verify_archived
from tests.stages.test_compare import numbers, publish

ROOT = Path(__file__).parents[2]


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    return load("miniature", tmp_path)


def declared(evaluation: Evaluation, **changes: Any) -> Evaluation:
    return dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update=changes))


def site(folder: Path, printing: str = "2006", *, published: bool = True, **estimates: float | None) -> Path:
    """Write a published site: pages, manifest with their digests, and the ledger of a printing."""
    edition, _, number = printing.partition("-")
    told = numbers(**(estimates or {"a": 0.4})).assign(editions=printing)
    publish(folder, told, {})
    (folder / "index.html").write_text(f"edition {printing}", encoding="utf-8")
    (folder / "editions.html").write_text("editions", encoding="utf-8")
    (folder / "en").mkdir()
    (folder / "en" / "index.html").write_text(f"edition {printing}", encoding="utf-8")
    path = folder / "manifest.json"
    made = json.loads(path.read_text(encoding="utf-8"))
    settings = {
        "edition": int(edition),
        "languages": ["fr", "en"],
        "status": "final",
        "errata": [{}] * (int(number or 1) - 1),
    }
    settings["published"] = f"{edition}-12-31" if published else None
    path.write_text(json.dumps({**made, "settings": settings}), encoding="utf-8")
    outputs = {k: v for k, v in archive.digests(folder).items() if k != "manifest.json"}
    path.write_text(json.dumps({**made, "settings": settings, "outputs": outputs}), encoding="utf-8")
    return folder


def copied(evaluation: Evaluation, folder: Path, name: str) -> str:
    """Copy the ledger of a site to where an evaluation declares it."""
    shutil.copy(folder / "data" / "ledger.csv", evaluation.folder / name)
    return name


def built(evaluation: Evaluation, text: str) -> None:
    made = evaluation.stage("publish") / "site"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    (made / "index.html").write_text(text, encoding="utf-8")


def test_a_published_edition_is_kept_whole_beside_the_next_and_the_one_after(evaluation: Evaluation) -> None:
    site(evaluation.site, "2005")
    first = archive.digests(evaluation.site)
    built(evaluation, "edition 2006")
    order.put_site(evaluation, force=True)
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == "edition 2006"
    assert archive.digests(evaluation.site / "editions" / "2005") == first
    # the second is published too, and followed by a third: both stand, and a repeat changes nothing
    held = evaluation.site / "editions"
    shutil.move(held, evaluation.root / "held")
    site(evaluation.site, "2006")
    shutil.move(evaluation.root / "held", held)
    later = declared(evaluation, edition=2007)
    built(later, "edition 2007")
    for _ in range(2):
        order.put_site(later, force=True)
        assert sorted(archive.earlier_sites(later)) == ["2005", "2006"]
        assert archive.digests(evaluation.site / "editions" / "2005") == first
    # the page of 2006 leads to a 2005 below it; it stands beside it now
    for lang, up in (("", ""), ("en/", "../")):
        page = evaluation.site / "editions" / "2006" / "editions" / "2005" / lang / "index.html"
        way = page.parent / f"{up}../../../2005/index.html"
        assert f"url={os.path.relpath(way, page.parent)}" in page.read_text(encoding="utf-8")
        assert way.resolve() == (evaluation.site / "editions" / "2005" / "index.html").resolve()


def test_what_nobody_published_is_not_kept(evaluation: Evaluation) -> None:
    site(evaluation.site, "2005", published=False)
    built(evaluation, "edition 2006")
    order.put_site(evaluation, force=True)
    assert not (evaluation.site / "editions").exists()


def test_an_edition_that_this_one_is_not_protected_against_is_refused_with_what_to_declare(
    evaluation: Evaluation,
) -> None:
    site(evaluation.site, "2005")
    with pytest.raises(PublishError, match="does not know what it printed and hid") as refused:
        editions.refuse_unguarded(evaluation)
    assert "previous: [{edition: 2005, ledger: ledger-2005.csv" in str(refused.value)
    name = copied(evaluation, evaluation.site, "ledger-2005.csv")
    knowing = declared(evaluation, previous=[Previous(edition=2005, ledger=name)])
    editions.refuse_unguarded(knowing)
    # another ledger of the same name is not the one that readers hold
    site(evaluation.site, "2005", a=0.5)
    with pytest.raises(PublishError, match="does not know"):
        editions.refuse_unguarded(knowing)


def test_an_earlier_edition_does_not_take_the_place_of_a_later_one(evaluation: Evaluation) -> None:
    site(evaluation.site, "2007")
    with pytest.raises(PublishError, match="a later edition than this one was published here"):
        editions.refuse_unguarded(evaluation)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"a": 0.4, "b": 0.2}, None),
        ({"a": 0.4, "new": 0.1, "b": 0.2}, None),
        ({"a": 0.41, "b": 0.2}, "1 changed"),
        ({"a": None, "b": 0.2}, "1 hidden now"),
        ({"a": 0.4}, "1 no longer there"),
    ],
)
def test_other_numbers_of_a_published_edition_ask_for_an_erratum(
    evaluation: Evaluation,
    now: dict[str, float | None],
    found: str | None,
) -> None:
    site(evaluation.site, "2006", a=0.4, b=0.2)
    evaluation.stage("protect").mkdir(parents=True)
    ledger.write(numbers(**now), evaluation.stage("protect") / LEDGER)
    if found is None:
        editions.refuse_unexplained(evaluation)
        return
    with pytest.raises(PublishError, match="without an erratum") as refused:
        editions.refuse_unexplained(evaluation)
    assert found in str(refused.value)
    assert "errata: [{ledger: ledger-2006.csv, manifest: manifest-2006.json, corrected: DATE" in str(refused.value)
    # declared, it is another printing, and protected against the first
    name = copied(evaluation, evaluation.site, "ledger-2006.csv")
    reason = {"fr": "Une erreur de saisie."}
    wrong = Erratum(ledger=name, corrected=dt.date(2007, 3, 2), reason=reason)  # type: ignore[arg-type]
    corrected = declared(evaluation, errata=[wrong])
    assert corrected.settings.printing == "2006-2"
    editions.refuse_unexplained(corrected)
    editions.refuse_unguarded(corrected)


def test_another_interval_of_a_published_number_asks_for_an_erratum(evaluation: Evaluation) -> None:
    site(evaluation.site, "2006", a=0.4)
    evaluation.stage("protect").mkdir(parents=True)
    ledger.write(numbers(a=0.4).assign(lower=0.38), evaluation.stage("protect") / LEDGER)
    with pytest.raises(PublishError, match="1 other precision"):
        editions.refuse_unexplained(evaluation)


def test_a_draft_may_change_as_it_likes(evaluation: Evaluation) -> None:
    site(evaluation.site, "2006", published=False, a=0.4)
    evaluation.stage("protect").mkdir(parents=True)
    ledger.write(numbers(a=0.5), evaluation.stage("protect") / LEDGER)
    editions.refuse_unexplained(evaluation)


def test_an_edition_that_is_kept_says_whether_it_is_intact_and_why_it_cannot_be_rebuilt(
    evaluation: Evaluation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = {"inputs": {"users.csv": "2"}, "code": {"errors.py": "1"}, "settings": {"edition": 2006}}
    made["beside_population"] = {}
    monkeypatch.setattr("pipeline.stages.verify.made_of", lambda evaluation: made)
    site(evaluation.site, "2005")
    said = list(verify_archived(evaluation, "2005"))
    assert said[0] == "edition 2005: 4 files, all as they were published"
    assert "cannot be rebuilt here: received files differ: users.csv" in said
    assert said[-1].startswith("to rebuild it: put back the project as it was then")
    (evaluation.site / "index.html").write_text("spoiled", encoding="utf-8")
    with pytest.raises(PublishError, match="1 files of edition 2005 are not as they were published"):
        list(verify_archived(evaluation, "2005"))
    with pytest.raises(PublishError, match="not kept here"):
        list(verify_archived(evaluation, "2004"))


def test_verify_says_what_a_site_was_made_of_that_differs_and_what_to_put_back(evaluation: Evaluation) -> None:
    made: dict[str, Any] = {
        "python": "3.11",
        "renderer": {"name": "embedded"},
        "inputs": {"users.csv": "1"},
        "code": {"survey/raking.py": "1"},
        "settings": {"plan": [], "title": "a"},
        "outputs": {"index.html": "1", "brief.html": "1"},
        "git": {"commit": "abc123", "clean": True},
    }
    refuse_differing(evaluation, made, made, made["outputs"])
    now = {**made, "inputs": {"users.csv": "2"}, "settings": {"plan": [1], "title": "a"}}
    with pytest.raises(PublishError, match="rebuilt to the byte, but of other things"):
        refuse_differing(evaluation, made, now, made["outputs"])
    with pytest.raises(PublishError, match="1 files of 2 would be others") as refused:
        refuse_differing(evaluation, made, {**now, "outputs": {"index.html": "2", "brief.html": "1"}}, made["outputs"])
    assert "found: received files: users.csv; settings: plan; files: index.html" in str(refused.value)
    assert "git worktree add FOLDER abc123, with the received files of then" in str(refused.value)
    with pytest.raises(PublishError, match=r"install requirements\.lock anew"):
        refuse_differing(evaluation, made, {**made, "outputs": {"index.html": "2"}}, made["outputs"])
    with pytest.raises(PublishError, match="1 files of the site are not as they were published; all 2 can be rebuilt"):
        refuse_differing(evaluation, made, made, {"index.html": "spoiled", "brief.html": "1"})


def test_a_stage_that_fails_while_a_site_is_verified_is_told_with_what_differs(evaluation: Evaluation) -> None:
    register = evaluation.data / "register.csv"
    register.parent.mkdir(parents=True)
    register.write_text("id", encoding="utf-8")
    made: dict[str, Any] = {
        "python": "3.11",
        "renderer": {"name": "embedded"},
        "inputs": {"register.csv": provenance.file_digest(register)},
        "code": code_digests(),
        "settings": evaluation.settings.model_dump(mode="json"),
        "git": {"commit": "abc123", "clean": True},
    }
    fault = IngestError("the received file is missing", where="users.csv", found="register.csv")
    refuse_failing(evaluation, made, fault)
    gone = {**made, "inputs": {**made["inputs"], "users.csv": "1"}}
    with pytest.raises(PublishError, match="is not what it was made of: the received file is missing") as refused:
        refuse_failing(evaluation, gone, fault)
    assert "found: received files: users.csv; register.csv" in str(refused.value)
    assert "git worktree add FOLDER abc123" in str(refused.value)
    with pytest.raises(PublishError, match="found: settings: age_bands; "):
        refuse_failing(evaluation, {**made, "settings": {**made["settings"], "age_bands": [15]}}, fault)
