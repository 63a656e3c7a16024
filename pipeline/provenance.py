"""Digests and the manifest: what a site was made of, so that it can be made again and compared."""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal text."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def digest_without(path: Path, start: str) -> str | None:
    """Return one SHA-256 over the columns of a CSV table whose names do not start so; None where all do, or none does.

    Who knows it of two files knows whether they differ elsewhere.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle)
        names = next(rows, [])
        kept = [i for i, name in enumerate(names) if not name.startswith(start)]
        if len(kept) in (0, len(names)):
            return None
        return digest_of("\t".join([str(len(row)), *(row[i] for i in kept if i < len(row))]) for row in (names, *rows))


def digest_of(parts: Iterable[str]) -> str:
    """Return one SHA-256 over texts; their order and borders count."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(f"{len(raw)}:".encode() + raw)
    return digest.hexdigest()


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return, in order, the keys whose values differ between two mappings, or that one of both lacks."""
    lacking = object()
    return sorted(key for key in one.keys() | other.keys() if one.get(key, lacking) != other.get(key, lacking))


def tree_digests(root: Path, folders: Iterable[str], suffixes: tuple[str, ...] | None = None) -> dict[str, str]:
    """Return relative path -> digest of every file below ``folders`` (or the files themselves) of ``root``.

    Caches (``__pycache__``) and hidden files do not count.
    """
    found: dict[str, str] = {}
    for folder in folders:
        base = root / folder
        candidates = [base] if base.is_file() else sorted(p for p in base.rglob("*") if p.is_file())
        for path in candidates:
            relative = path.relative_to(root)
            if any(part == "__pycache__" or part.startswith(".") for part in relative.parts):
                continue
            if suffixes is None or path.suffix in suffixes:
                found[relative.as_posix()] = file_digest(path)
    return found


def git_state(root: Path) -> dict[str, str | bool]:
    """Return the commit that a project stands on and whether its files are as committed; nothing outside of git."""
    told = {}
    for name, arguments in (("commit", ("rev-parse", "HEAD")), ("changed", ("status", "--porcelain"))):
        try:
            done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return {}
        told[name] = done.stdout.strip()
    return {"commit": told["commit"], "clean": not told["changed"]}


def manifest(
    *,
    evaluation: str,
    settings: dict[str, Any],
    renderer: dict[str, str],
    inputs: dict[str, str],
    beside_population: dict[str, str],
    code: dict[str, str],
    outputs: dict[str, str],
    git: dict[str, str | bool],
) -> dict[str, Any]:
    """Return the content of manifest.json; it holds no time, no machine and no key, so it compares between runs."""
    return {
        "evaluation": evaluation,
        "git": git,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "renderer": renderer,
        "settings": settings,
        "inputs": dict(sorted(inputs.items())),
        "beside_population": dict(sorted(beside_population.items())),
        "code": dict(sorted(code.items())),
        "outputs": dict(sorted(outputs.items())),
    }


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, so that equal content gives equal bytes."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
