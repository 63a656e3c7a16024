"""A folder takes the place of another in one step; a run killed at any moment leaves the old one or the new one."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from pipeline.evaluation import Evaluation
from pipeline.stages import order, swap
from tests.stages.test_order import SILENT, evaluation  # noqa: F401

FORK = multiprocessing.get_context("fork")
#: How often a run is killed, each time a little later than before.
KILLS = 50


def build(evaluation: Evaluation) -> list[str]:  # noqa: F811
    # in this process alone: it is forked, and has no server of workers to ask
    return order.run(evaluation, order.Options(jobs=1), SILENT)


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "index.html").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(params=["exchange", "renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return by which way folders change places: in one step, or where the system does not have it, in two."""
    if request.param == "renames":
        monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_the_new_folder_stands_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    place = tmp_path / "site"
    for text in ("first", "second", "third"):
        swap.swap_in(folder(tmp_path / ".site.new", text), place)
        assert (place / "index.html").read_text(encoding="utf-8") == text
        assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_this_system_exchanges_names_in_one_step_or_is_not_linux(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one", "1"), folder(tmp_path / "other", "2")
    if swap._exchanged(one, other):
        assert (one / "index.html").read_text(encoding="utf-8") == "2"
        assert (other / "index.html").read_text(encoding="utf-8") == "1"
    else:
        assert (one / "index.html").read_text(encoding="utf-8") == "1"


def _die_after(calls: int, new: Path, place: Path) -> None:
    """Swap, and be killed just before the file system is asked for the ``calls``-th time."""
    left = [calls]

    def counted(function):  # type: ignore[no-untyped-def]
        def call(*args, **options):  # type: ignore[no-untyped-def]
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **options)

        return call

    os.rename, os.rmdir, os.unlink = map(counted, (os.rename, os.rmdir, os.unlink))  # type: ignore[assignment]
    swap._exchanged = counted(swap._exchanged)
    swap.swap_in(new, place)
    os._exit(0)


def test_whoever_is_killed_between_two_steps_finds_a_whole_folder(tmp_path: Path, way: str) -> None:
    place = tmp_path / "site"
    folder(place, "old")
    outcomes = []
    for calls in range(12):
        for left in (".site.new", ".site.old"):
            shutil.rmtree(tmp_path / left, ignore_errors=True)
        run = FORK.Process(target=_die_after, args=(calls, folder(tmp_path / ".site.new", "new"), place))
        run.start()
        run.join()
        if way == "exchange":
            assert place.is_dir(), f"{calls} steps: no site"
        swap.restore(place)
        outcomes.append((place / "index.html").read_text(encoding="utf-8"))
        if run.exitcode == 0:
            break
        assert run.exitcode == -signal.SIGKILL
        shutil.rmtree(place)
        folder(place, "old")
    # killed early the old one stands, later the new one, and the last run was not killed at all
    assert run.exitcode == 0
    assert outcomes == sorted(outcomes, reverse=True)
    assert set(outcomes) == {"old", "new"}


@pytest.mark.slow
def test_fifty_killed_runs_leave_a_whole_site_and_the_next_run_is_as_if_nothing_had_been(
    evaluation: Evaluation,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = order.STAGES

    def slow(name: str) -> order.StageFunction:
        def function(evaluation: Evaluation, out: Path, options: order.Options, progress: object) -> str:
            for number in range(20):
                (out / f"{number}.txt").write_text("x" * 5000, encoding="utf-8")
            return quick[name](evaluation, out, options, SILENT)

        return function

    monkeypatch.setattr(order, "STAGES", {name: slow(name) for name in quick})
    received = evaluation.data / "register.csv"
    build(evaluation)
    start = time.perf_counter()
    received.write_text("measured", encoding="utf-8")
    build(evaluation)
    whole, text, killed = time.perf_counter() - start, "measured", 0
    for number in range(KILLS):
        received.write_text(f"version {number}", encoding="utf-8")
        run = FORK.Process(target=build, args=(evaluation,))
        start = time.perf_counter()
        run.start()
        run.join(whole * number / KILLS)
        if run.exitcode == 0:
            # the machine is less busy than when a whole run was timed: later ones are to be killed in time
            whole = time.perf_counter() - start
        run.kill()
        run.join()
        killed += run.exitcode == -signal.SIGKILL
        found = (evaluation.site / "index.html").read_text(encoding="utf-8")
        assert found in (f"publish: {text}", f"publish: version {number}")
        text = found.removeprefix("publish: ")
    assert killed > KILLS / 2
    build(evaluation)
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == f"publish: version {KILLS - 1}"
    assert not [*evaluation.root.rglob("*.new"), *evaluation.root.rglob("*.old")]
    assert build(evaluation) == []
