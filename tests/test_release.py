"""A version is the same wherever it is said, and its changes are told with the day of the release."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def test_the_version_is_the_same_wherever_it_is_said() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    # what comes after the last release may stand above it
    version, day = heads[heads[0] == "Unreleased"].split()
    assert package == cited["version"] == version
    assert str(cited["date-released"]) == day.strip("()")
    assert dt.date.fromisoformat(day.strip("()")) >= dt.date(2026, 11, 30)
