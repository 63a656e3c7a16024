"""What is asked wrongly on the command line: one message that says what is allowed, and the exit code of its kind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.cli import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check"], 2, ["Missing argument 'name'", "do: ", "check --help"]),
        (["nosuch"], 2, ["No such command 'nosuch'", " --help"]),
        (["init", "/dev/null"], 1, ["/dev/null: no folder can be made here", "give another folder"]),
        (["init", "/dev/null/project"], 1, ["no folder can be made here", "Not a directory"]),
        (["proof", "miniature", "xx"], 1, ["not published in this language", "found: xx", "allowed: fr"]),
        (
            ["preview", "miniature", "report", "--language", "de"],
            1,
            ["not published in this language", "found: de", "allowed: fr"],
        ),
    ],
)
def test_a_wrong_call_is_told_once_with_what_is_allowed(
    arguments: list[str],
    code: int,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = [] if code == 2 or arguments[0] == "init" else ["--project", str(ROOT)]
    monkeypatch.setattr(sys, "argv", ["pipeline", *arguments, *project])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert end.value.code == code
    for words in said:
        assert words in told, told
    assert "Traceback" not in told
