"""An internal fault is told by its class and its lines: its message may quote a person."""

from __future__ import annotations

import pickle

import pytest

from pipeline.errors import InternalFault, PublishError, trace, working_on
from pipeline.stages.internal import SHOW, summary


def chained() -> BaseException:
    try:
        try:
            raise KeyError("annaig@exemple.invalid")
        except KeyError as first:
            raise ValueError("could not parse Annaïg Kervella") from first
    except ValueError as fault:
        return fault


def test_classes_and_lines_are_kept_and_messages_are_not() -> None:
    said = trace(chained())
    assert "ValueError" in said
    assert "KeyError" in said
    assert "test_internal.py" in said
    lines = [line for line in said.splitlines() if "raise " not in line]
    assert not any("annaig" in line or "Kervella" in line for line in lines)


def test_the_message_is_shown_only_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SHOW, raising=False)
    assert "Kervella" not in summary(chained())
    monkeypatch.setenv(SHOW, "1")
    assert "Kervella" in summary(chained())


def test_what_was_being_made_is_told_across_processes_and_its_message_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SHOW, raising=False)
    with pytest.raises(InternalFault) as stopped, working_on("the figure 'map'"):
        raise KeyError("Annaïg Kervella")
    fault = pickle.loads(pickle.dumps(stopped.value))
    assert summary(fault).startswith("the figure 'map': KeyError")
    assert "test_internal.py" in trace(fault)
    assert "Kervella" not in summary(fault) + "".join(li for li in trace(fault).splitlines() if "raise " not in li)


@pytest.mark.parametrize("expected", [PublishError("bad"), PermissionError("no")])
def test_bad_input_and_the_machine_pass_as_they_are(expected: Exception) -> None:
    with pytest.raises(type(expected)) as stopped, working_on("the figure 'map'"):
        raise expected
    assert stopped.value is expected
