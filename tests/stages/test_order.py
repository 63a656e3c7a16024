"""Stages run when something they depend on changed, and a failing one leaves the last good output in place."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation, load
from pipeline.stages import grounds, language, order
from pipeline.stages.loading import load_planned
from pipeline.stages.progress import Progress

ROOT = Path(__file__).parents[2]
SILENT = Progress(say=lambda text: None)


@pytest.fixture
def evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    """Return the miniature with tiny received files and stages that copy what they read."""
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    evaluation = load("miniature", tmp_path)
    evaluation.data.mkdir(parents=True)
    for path in evaluation.received_files():
        path.write_text("first", encoding="utf-8")

    def stage(name: str) -> order.StageFunction:
        def function(evaluation: Evaluation, out: Path, options: order.Options, progress: Progress) -> str:
            text = (evaluation.data / "register.csv").read_text(encoding="utf-8")
            if text == f"bad for {name}":
                (out / "half.txt").write_text("half done", encoding="utf-8")
                raise PipelineError(f"{name} cannot go on")
            target = out / "site" if name == "publish" else out
            target.mkdir(exist_ok=True)
            (target / "index.html").write_text(f"{name}: {text}", encoding="utf-8")
            return f"{name} done"

        return function

    monkeypatch.setattr(order, "_words_hold", lambda evaluation: None)
    monkeypatch.setattr(order, "STAGES", {name: stage(name) for name in order.STAGES})
    return evaluation


def build(evaluation: Evaluation) -> list[str]:
    return order.run(evaluation, order.Options(), SILENT)


def digest(stage: str, evaluation: Evaluation, settings: str, before: str) -> str:
    return grounds.grounds(stage, evaluation, settings, before).digest


def test_everything_runs_once_and_nothing_runs_again(evaluation: Evaluation) -> None:
    assert build(evaluation) == list(order.STAGES)
    assert build(evaluation) == []
    assert (evaluation.site / "index.html").read_text() == "publish: first"


@pytest.mark.parametrize(
    ("jobs", "last", "loaded"),
    [
        (2, "publish", ["ingest", "words", "ingest", "weight", "analyse", "protect", "draw"]),
        (1, "publish", ["words"]),
        (2, "analyse", []),
    ],
)
def test_the_server_of_workers_loads_before_all_else_where_stages_have_them(
    jobs: int, last: str, loaded: list[str], evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[str] = []
    monkeypatch.setattr(order, "warm", lambda evaluation, first: warmed.append(first))
    monkeypatch.setattr(order, "_words_hold", lambda evaluation: warmed.append("words"))
    order.run(evaluation, order.Options(jobs=jobs), SILENT, last=last)
    assert warmed == loaded


def test_words_are_looked_at_only_where_something_is_to_be_made(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(order, "_words_hold", lambda evaluation: looked.append(evaluation.name))
    build(evaluation)
    build(evaluation)
    assert looked == ["miniature"]
    (evaluation.data / "register.csv").write_text("third", encoding="utf-8")
    build(evaluation)
    assert looked == ["miniature"] * 2


def test_words_of_figures_are_read_again_only_where_a_file_of_words_changed(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = evaluation.root / "reports" / "fr" / "_figures.yaml"
    words.parent.mkdir(parents=True)
    evaluation.build.mkdir(parents=True)
    words.write_text('shares: {gap: "écart"}\n', encoding="utf-8")
    first = grounds.of_words(evaluation)
    read: list[str] = []
    monkeypatch.setattr(language, "figure_digest", lambda evaluation: read.append("again") or "other")
    assert grounds.of_words(evaluation) == first
    assert not read
    # as many bytes, at the same moment
    moment = words.stat()
    words.write_text('shares: {gap: "écarT"}\n', encoding="utf-8")
    os.utime(words, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert grounds.of_words(evaluation) == "other"
    assert read == ["again"]
    (evaluation.build / "figure-words.json").write_text("{half", encoding="utf-8")
    assert grounds.of_words(evaluation) == "other"


def test_a_changed_received_file_runs_every_stage_again(evaluation: Evaluation) -> None:
    build(evaluation)
    (evaluation.data / "register.csv").write_text("second", encoding="utf-8")
    assert build(evaluation) == list(order.STAGES)


def test_a_change_that_changes_nothing_of_what_later_stages_see_runs_none_of_them_but_the_manifest(
    evaluation: Evaluation,
) -> None:
    build(evaluation)
    (evaluation.data / "users-2006.csv").write_text("second", encoding="utf-8")
    assert build(evaluation) == ["ingest", "publish"]


def test_a_changed_document_runs_publish_alone(evaluation: Evaluation) -> None:
    build(evaluation)
    document = evaluation.root / "reports" / "fr" / "report.qmd"
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text("# New", encoding="utf-8")
    assert build(evaluation) == ["publish"]


def test_output_that_was_removed_is_made_again(evaluation: Evaluation) -> None:
    build(evaluation)
    (evaluation.stage("draw") / "index.html").unlink()
    assert build(evaluation) == ["draw"]


def test_output_that_was_spoiled_is_made_again_though_it_has_as_many_bytes(evaluation: Evaluation) -> None:
    build(evaluation)
    path = evaluation.stage("protect") / "index.html"
    moment = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("first", "fir5t"), encoding="utf-8")
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert build(evaluation) == ["protect"]
    assert path.read_text(encoding="utf-8") == "protect: first"


def test_what_changes_while_a_stage_reads_it_is_refused_and_named(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(evaluation)
    received = evaluation.data / "register.csv"
    quiet = order.STAGES["ingest"]

    def written_meanwhile(evaluation: Evaluation, out: Path, options: order.Options, progress: Progress) -> str:
        said = quiet(evaluation, out, options, progress)
        received.write_text("third", encoding="utf-8")
        return said

    received.write_text("second", encoding="utf-8")
    monkeypatch.setitem(order.STAGES, "ingest", written_meanwhile)
    with pytest.raises(PipelineError, match="what the stage ingest reads changed while it ran") as found:
        build(evaluation)
    assert "register.csv" in str(found.value)
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == "publish: first"
    monkeypatch.setitem(order.STAGES, "ingest", quiet)
    # the advice holds: once nobody writes, the run goes through
    assert build(evaluation) == list(order.STAGES)
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == "publish: third"


def test_a_declaration_that_changes_between_its_reading_and_the_first_digest_is_refused(evaluation: Evaluation) -> None:
    build(evaluation)
    read = load_planned(evaluation.name, evaluation.root)
    path = read.folder / "evaluation.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# other bytes\n", encoding="utf-8")
    with pytest.raises(PipelineError, match="changed since it was read") as found:
        build(read)
    assert "evaluation.yaml" in str(found.value)
    assert build(load_planned(evaluation.name, evaluation.root)) != []


def test_why_a_stage_runs_is_said_where_it_is_asked(evaluation: Evaluation) -> None:
    said: list[str] = []

    def explained() -> list[str]:
        said.clear()
        order.run(evaluation, order.Options(explain=True), Progress(say=said.append))
        return [line for line in said if " runs: " in line]

    assert explained()[0] == "ingest   runs: it has not run here"
    assert explained() == []
    (evaluation.data / "register.csv").write_text("second", encoding="utf-8")
    assert explained()[:2] == ["ingest   runs: register.csv", "weight   runs: what stages before it made"]
    (evaluation.stage("draw") / "index.html").unlink()
    assert explained() == ["draw     runs: its output is not as it was made"]


@pytest.mark.parametrize("name", list(order.STAGES))
def test_a_failing_stage_leaves_every_good_output_and_the_site(evaluation: Evaluation, name: str) -> None:
    build(evaluation)
    (evaluation.data / "register.csv").write_text(f"bad for {name}", encoding="utf-8")
    with pytest.raises(PipelineError, match=f"{name} cannot go on"):
        build(evaluation)
    assert (evaluation.site / "index.html").read_text() == "publish: first"
    assert not list(evaluation.build.rglob("half.txt"))
    for later in list(order.STAGES)[list(order.STAGES).index(name) :]:
        assert "first" in next(evaluation.stage(later).rglob("index.html")).read_text()


def test_two_runs_at_once_are_refused(evaluation: Evaluation) -> None:
    with order.alone(evaluation), pytest.raises(PipelineError, match="another run"):
        build(evaluation)


def test_the_digest_of_a_stage_changes_with_its_code_settings_and_inputs(evaluation: Evaluation) -> None:
    first = digest("weight", evaluation, "", "before")
    assert digest("weight", evaluation, "", "before") == first
    assert digest("weight", evaluation, "", "after") != first
    assert digest("weight", evaluation, "other", "before") != first
    path = evaluation.folder / "evaluation.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    assert digest("weight", evaluation, "", "before") != first


def test_the_code_of_a_projects_own_question_is_read_by_the_stages_that_import_it(evaluation: Evaluation) -> None:
    stages = ("ingest", "analyse", "protect", "state", "draw", "publish")
    before = {name: digest(name, evaluation, "", "before") for name in stages}
    folder = evaluation.root / "questions" / "queues"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("STATEMENTS = ()\n", encoding="utf-8")
    after = {name: digest(name, evaluation, "", "before") for name in stages}
    assert {name for name in stages if after[name] != before[name]} == {"state", "draw", "publish"}
