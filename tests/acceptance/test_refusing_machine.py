"""A machine that refuses to write or to read: one message, exit code 1, and the last site where it was."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from pipeline import cli, provenance
from tests.stages.test_order import build, evaluation  # noqa: F401

from .conftest import ROOT

FULL = Path("/dev/full")
no_full_device = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def said(fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return the exit code and the message of a command that met a fault."""

    def app(standalone_mode: bool) -> None:
        raise fault

    monkeypatch.setattr(cli, "app", app)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(str(ended.value.code)), capsys.readouterr().err


def met(attempt) -> Exception:  # type: ignore[no-untyped-def]
    with pytest.raises(Exception) as found:
        attempt()
    return found.value


def workbook() -> None:
    book = xlsxwriter.Workbook(str(FULL))
    book.add_worksheet().write(0, 0, "x")
    book.close()


@no_full_device
@pytest.mark.parametrize("attempt", [workbook, lambda: FULL.write_text("x" * 10**6, encoding="utf-8")])
def test_a_full_disk_is_said_whatever_library_met_it(attempt, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    code, message = said(met(attempt), monkeypatch, capsys)
    assert code == 1
    assert message.startswith("error (machine): ")
    assert "No space left on device\n  do: make room on the disk" in message


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_right_that_is_missing_is_asked_for(number: int, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    fault = OSError(number, os.strerror(number), "data/raw/x.csv")
    code, message = said(fault, monkeypatch, capsys)
    assert code == 1
    assert message == f"error (machine): data/raw/x.csv: {os.strerror(number)}\n  do: {cli._RIGHT}\n"


def test_a_fault_of_the_program_is_not_put_down_to_the_machine(monkeypatch, capsys, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    assert said(FileNotFoundError(errno.ENOENT, "gone", "x"), monkeypatch, capsys)[0] == 3
    assert said(ValueError("x"), monkeypatch, capsys)[0] == 3


def test_a_folder_that_may_not_be_written_is_said_before_any_stage(
    evaluation,  # type: ignore[no-untyped-def]  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(evaluation)
    (evaluation.data / "register.csv").write_text("second", encoding="utf-8")
    refused = evaluation.site.parent
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != refused)
    with pytest.raises(PermissionError, match="Permission denied") as found:
        build(evaluation)
    assert found.value.filename == str(refused)
    assert "first" in (evaluation.stage("ingest") / "index.html").read_text(encoding="utf-8")


def test_a_site_that_cannot_be_copied_whole_leaves_the_last_one_and_no_scraps(
    evaluation,  # type: ignore[no-untyped-def]  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(evaluation)
    (evaluation.data / "register.csv").write_text("other", encoding="utf-8")  # as many bytes as before

    def copyfile(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfile", copyfile)
        with pytest.raises(OSError, match="No space left"):
            build(evaluation)
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == "publish: first"
    assert [p.name for p in evaluation.site.parent.iterdir()] == [evaluation.name]
    # what was made is copied by the next run, which has nothing else to do
    assert build(evaluation) == []
    assert (evaluation.site / "index.html").read_text(encoding="utf-8") == "publish: other"


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [3, 40, 300])
def test_files_that_may_not_grow_end_in_one_message_and_the_last_site_stands(project: Path, kilobytes: int) -> None:
    site = project / "reports" / "_site" / "miniature"
    before = provenance.tree_digests(site, ["."])
    settings = project / "surveys" / "miniature" / "evaluation.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n# read again\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "report", "miniature", "--renderer", "embedded"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1000, kilobytes * 1000)),
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("error (") == 1
    assert "do: make room on the disk" in done.stderr
    assert provenance.tree_digests(site, ["."]) == before
