"""Forgetting leaves the published site, a record of what was destroyed, and nothing that links a pseudonym."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.evaluation import Evaluation
from pipeline.ingest import ingest
from pipeline.ingest.privacy.forget import RECORD, doomed, forget, reminder
from pipeline.ingest.privacy.pseudonym import VARIABLE, key_path

from ..conftest import Make, codes, question

ASKED = [question("q", "single", codes=codes(1, 2)), question("mail", "open", role="identifier")]
REGISTER = [question("nb", "count")]
PRIVACY = {k: {"fr": "x"} for k in ("purpose", "retention", "contact")}


@pytest.fixture
def evaluation(make: Make, monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    monkeypatch.delenv(VARIABLE, raising=False)
    counts = ({"kind": "costs", "files": {"all": {"path": "counts.csv"}}}, REGISTER, "nb\n1\n")
    made = make(
        ASKED,
        "q,mail\n1,a@b.fr\n2,c@d.fr\n",
        more={"counts": counts},
        synthetic=False,
        privacy={**PRIVACY, "retention_until": "2008-12-31"},
    )
    ingest(made, made.stage("ingest"))
    made.site.mkdir(parents=True)
    (made.site / "index.html").write_text("published", encoding="utf-8")
    return made


def test_key_identifying_files_and_tables_by_person_are_gone_and_the_rest_stands(evaluation: Evaluation) -> None:
    assert key_path(evaluation).exists()
    said = forget(evaluation, doomed(evaluation))
    assert not key_path(evaluation).exists()
    assert not (evaluation.data / "users.csv").exists()
    assert not evaluation.stage("ingest").exists()
    assert (evaluation.data / "counts.csv").exists()
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == "published"
    (record,) = json.loads((evaluation.build / RECORD).read_text(encoding="utf-8"))
    assert {d["path"] for d in record["destroyed"]} >= {"data/keys/essai.key", "data/raw/essai/users.csv"}
    assert dt.datetime.fromisoformat(record["date"]).date() <= dt.datetime.now(dt.UTC).date()
    assert "users.csv" in said
    assert doomed(evaluation) == []


def test_a_new_key_gives_other_pseudonyms_after_forgetting(evaluation: Evaluation) -> None:
    before = ingest(evaluation, evaluation.build / "first").clean["users"]["mail"].tolist()
    received = (evaluation.data / "users.csv").read_bytes()
    forget(evaluation, doomed(evaluation))
    (evaluation.data / "users.csv").write_bytes(received)
    after = ingest(evaluation, evaluation.build / "second").clean["users"]["mail"].tolist()
    assert not set(before) & set(after)


def test_what_cannot_be_removed_is_told_and_the_rest_is_recorded(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.errors import IngestError
    from pipeline.ingest.privacy import forget as module

    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.shutil, "rmtree", refuse)
    with pytest.raises(IngestError, match="not everything could be destroyed") as fault:
        forget(evaluation, doomed(evaluation))
    assert "build/essai/ingest" in str(fault.value)
    assert not key_path(evaluation).exists()


def test_the_reminder_comes_after_the_date_and_while_there_is_something_to_destroy(evaluation: Evaluation) -> None:
    assert reminder(evaluation, dt.date(2008, 12, 31)) is None
    said = reminder(evaluation, dt.date(2009, 1, 1))
    assert said is not None
    assert "pipeline forget essai" in said
    assert "\n" not in said
    forget(evaluation, doomed(evaluation))
    assert reminder(evaluation, dt.date(2009, 1, 1)) is None
