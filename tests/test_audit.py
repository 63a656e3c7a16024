"""The audit finds what is not as locked and what is known to be weak, without a network."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

from tests import audit

LOCK = """\
pandas==3.0.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via evaluation-pipeline (pyproject.toml)
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:cc
bare==1.0
"""


def test_a_lock_is_read_with_versions_digests_and_markers() -> None:
    packages = audit.locked(LOCK)
    assert packages["pandas"] == audit.Locked("3.0.1", 2, True)
    assert packages["colorama"].digests == 1
    assert packages["bare"].digests == 0
    found = list(audit.unlike_locked({"bare": packages["bare"]}))
    assert found == ["bare==1.0: locked without a digest of its archives", "bare==1.0: locked, and not installed"]
    other = audit.Locked("0.0.1", 1, True)
    assert "0.0.1 is locked" in next(audit.unlike_locked({"pandas": other}))


def test_every_shipped_lock_has_a_digest_for_every_package() -> None:
    for lock in audit.LOCKS:
        packages = audit.locked((audit.ROOT / lock).read_text(encoding="utf-8"))
        assert len(packages) > 50
        assert [name for name, each in packages.items() if not each.digests] == []


def test_a_file_that_was_changed_since_it_was_installed_is_named(tmp_path: Path) -> None:
    (tmp_path / "thing.py").write_text("x = 1\n", encoding="utf-8")
    folder = tmp_path / "thing-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n", encoding="utf-8")
    record = "thing.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\ngone.py,sha256=47DEQpj8HBSa,0\n"
    (folder / "RECORD").write_text(record, encoding="utf-8")
    found = list(audit.changed_files(metadata.PathDistribution(folder)))
    assert found == ["thing: thing.py was changed since it was installed", "thing: gone.py is gone"]


@pytest.mark.parametrize(
    ("events", "concerned"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "3.0.1"}], False),
        ([{"introduced": "0"}, {"fixed": "3.0.2"}], True),
        ([{"introduced": "3.0.2"}], False),
        ([{"introduced": "0"}, {"last_affected": "3.0.1"}], True),
        ([{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.0"}, {"fixed": "3.1"}], True),
    ],
)
def test_an_advisory_concerns_the_versions_in_its_ranges(
    tmp_path: Path, events: list[dict[str, str]], concerned: bool
) -> None:
    told = {
        "id": "PYSEC-0",
        "summary": "reads what it should not",
        "affected": [
            {"package": {"name": "Pandas", "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
        ],
    }
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "withdrawn.json").write_text(json.dumps({**told, "withdrawn": "2026-01-01"}), encoding="utf-8")
    found = list(audit.weaknesses(audit.locked(LOCK), audit.advisories(tmp_path)))
    assert found == (["pandas==3.0.1: PYSEC-0 reads what it should not"] if concerned else [])


def test_every_package_of_a_run_has_its_licence_in_the_notices() -> None:
    lines = (audit.ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| licence")]
    told = {name.strip() for row in rows for name in row.split("|")[2].split(",")}
    locked = audit.locked((audit.ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert told == {re.sub(r"[-_.]+", "-", name).lower() for name in locked}
