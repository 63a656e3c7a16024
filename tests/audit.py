"""What is installed is what was locked, to the byte, and none of it is known to be weak: an audit without any network.

    python -m tests.audit [--advisories FOLDER]

``FOLDER`` holds advisories in the format OSV, as JSON or YAML files at any depth: a copy, which somebody brought along,
of the database of the Python packaging authority (github.com/pypa/advisory-database) or of OSV's archive for PyPI.
Without it the audit says so: what is locked is checked, what is known of it is not. Exit 1 where something is found.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?:\s*;\s*(.+?))?\s*\\?$")


@dataclass(frozen=True)
class Locked:
    """A package of a lock: its version, how many digests its archives may have, and whether this machine needs it."""

    version: str
    digests: int
    needed: bool


def locked(text: str) -> dict[str, Locked]:
    """Return what a lock file holds, by canonical name."""
    found: dict[str, Locked] = {}
    name = ""
    for line in text.splitlines():
        if match := _LOCKED.match(line):
            name = canonicalize_name(match[1])
            found[name] = Locked(match[2], 0, match[3] is None or Marker(match[3]).evaluate())
        elif name and line.strip().startswith("--hash=sha256:"):
            found[name] = Locked(found[name].version, found[name].digests + 1, found[name].needed)
    return found


def unlike_locked(packages: Mapping[str, Locked]) -> Iterator[str]:
    """Yield what is locked without a digest, not installed, or installed in another version."""
    for name, each in packages.items():
        if not each.digests:
            yield f"{name}=={each.version}: locked without a digest of its archives"
        if not each.needed:
            continue
        try:
            here = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"{name}=={each.version}: locked, and not installed"
            continue
        if here != each.version:
            yield f"{name}: {each.version} is locked, {here} is installed"


def changed_files(distribution: metadata.Distribution) -> Iterator[str]:
    """Yield the files of a package that are not as its archive had them, by the digests that came with it."""
    for file in distribution.files or ():
        if file.hash is None or file.suffix == ".pyc":
            continue
        path = Path(str(file.locate()))
        if not path.is_file():
            yield f"{distribution.name}: {file} is gone"
            continue
        digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
            yield f"{distribution.name}: {file} was changed since it was installed"


def advisories(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the advisories of a folder that were not withdrawn."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".json", ".yaml", ".yml")):
        text = path.read_text(encoding="utf-8")
        told = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        if isinstance(told, dict) and told.get("affected") and not told.get("withdrawn"):
            yield told


def weaknesses(packages: Mapping[str, Locked], known: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield which locked versions an advisory is about."""
    for advisory in known:
        for affected in advisory["affected"]:
            about = affected.get("package") or {}
            name = canonicalize_name(str(about.get("name", "")))
            each = packages.get(name)
            if each is None or about.get("ecosystem") != "PyPI" or not _concerns(affected, each.version):
                continue
            summary = advisory.get("summary") or str(advisory.get("details", "")).partition("\n")[0]
            yield f"{name}=={each.version}: {advisory.get('id', '?')} {summary}".strip()


def _concerns(affected: Mapping[str, Any], version: str) -> bool:
    """Return whether a version is among those that an advisory names, or in one of its ranges."""
    if version in (affected.get("versions") or ()):
        return True
    ranges = (r for r in affected.get("ranges") or () if r.get("type") == "ECOSYSTEM")
    return any(_is_within(each.get("events") or (), Version(version)) for each in ranges)


def _is_within(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Return whether a version lies between an ``introduced`` and the ``fixed`` or ``last_affected`` after it."""
    inside = False
    for event in events:
        for kind, text in event.items():
            try:
                limit = Version("0" if text == "0" else text)
            except InvalidVersion:
                continue
            if kind == "introduced" and version >= limit:
                inside = True
            elif (kind == "fixed" and version >= limit) or (kind == "last_affected" and version > limit):
                inside = False
    return inside


def main() -> int:
    """Print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--advisories", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    packages: dict[str, Locked] = {}
    for lock in LOCKS:
        packages |= locked((ROOT / lock).read_text(encoding="utf-8"))
    found = list(unlike_locked(packages))
    here = {canonicalize_name(d.name): d for d in metadata.distributions() if d.name}
    for name in packages.keys() & here.keys():
        found += changed_files(here[name])
    if asked.advisories:
        found += weaknesses(packages, advisories(asked.advisories))
    for line in sorted(found):
        print(line)
    beside = sorted(here.keys() - packages.keys() - {"evaluation-pipeline", "pip", "setuptools", "uv"})
    print(f"{len(packages)} packages are locked, {len(packages.keys() & here.keys())} of them are installed", end="; ")
    print(f"beside them stand: {', '.join(beside) or 'none'}")
    if not asked.advisories:
        print(
            "what is known of their weaknesses was not looked at: give a copy of the advisories (--advisories FOLDER)"
        )
    print("nothing was found" if not found else f"{len(found)} things were found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
