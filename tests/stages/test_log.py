"""A run leaves one log: stages, their seconds, what libraries warned of, and nothing of the received files."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.stages import log, order
from pipeline.stages.log import BEFORE, FILE
from pipeline.stages.progress import Progress
from tests.stages.test_order import build, evaluation  # noqa: F401


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / FILE).read_text(encoding="utf-8").splitlines()]


def test_every_stage_is_told_once_with_its_seconds(evaluation: Evaluation) -> None:  # noqa: F811
    build(evaluation)
    told = events(evaluation.build)
    assert [e["event"] for e in told] == ["run", *["stage"] * len(order.STAGES), "end"]
    stages = told[1:-1]
    assert [e["name"] for e in stages] == list(order.STAGES)
    assert {e["state"] for e in stages} == {"ran"}
    assert all(e["seconds"] >= 0 and len(e["digest"]) == 64 for e in stages)
    build(evaluation)
    assert {e["state"] for e in events(evaluation.build)[1:-1]} == {order.UP_TO_DATE}
    (made,) = (evaluation.build / BEFORE).iterdir()
    assert [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()] == told


def test_logs_of_the_last_runs_alone_are_kept(
    evaluation: Evaluation,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log, "KEPT", 2)
    ended = []
    for _ in range(4):
        build(evaluation)
        ended.append(events(evaluation.build)[-1]["time"])
    kept = [
        json.loads(path.read_text(encoding="utf-8").splitlines()[-1]) for path in (evaluation.build / BEFORE).glob("*")
    ]
    assert sorted(e["time"] for e in kept) == ended[1:3]


def test_warnings_are_counted_without_their_words_and_do_not_reach_the_terminal(
    evaluation: Evaluation,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quiet = order.STAGES["weight"]

    def warns(evaluation: Evaluation, out: Path, options: order.Options, progress: Progress) -> str:
        for name in ("one", "two"):
            warnings.warn(f"a cell says {name}@example.org", RuntimeWarning, stacklevel=1)
        return quiet(evaluation, out, options, progress)

    monkeypatch.setitem(order.STAGES, "weight", warns)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        build(evaluation)
    raised = {e["name"]: e["warnings"] for e in events(evaluation.build) if e["event"] == "stage"}
    assert [(w["kind"], w["module"], w["times"]) for w in raised.pop("weight")] == [("RuntimeWarning", "test_log", 2)]
    assert not any(raised.values())
    assert "example.org" not in (evaluation.build / FILE).read_text(encoding="utf-8")
    assert "example.org" not in capsys.readouterr().err


def test_a_failing_stage_is_told_by_its_class_alone(evaluation: Evaluation) -> None:  # noqa: F811
    (evaluation.data / "register.csv").write_text("bad for analyse", encoding="utf-8")
    with pytest.raises(PipelineError):
        build(evaluation)
    last, end = events(evaluation.build)[-2:]
    assert (last["name"], last["state"], last["fault"]) == ("analyse", "failed", "PipelineError")
    assert (end["event"], end["state"], end["fault"]) == ("end", "failed", "PipelineError")
    assert "cannot go on" not in (evaluation.build / FILE).read_text(encoding="utf-8")
