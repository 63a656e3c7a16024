"""An internal fault is told by its class and its lines: its message may quote a person."""

from __future__ import annotations

import pytest

from pipeline.stages.internal import SHOW, summary, trace


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
