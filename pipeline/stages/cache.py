"""Pieces of a publication that were dear to make, by the digest of all that they were made of.

An entry is a folder of ``build/<evaluation>/cache``: its files, and ``digests.json``, by which a file that was spoiled
since is told from a good one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline import provenance

_DIGESTS = "digests.json"


class Cache:
    """What one evaluation's last publication was made of, and what this one adds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._used: set[str] = set()

    def held(self, digest: str) -> dict[str, Path]:
        """Return the files of an entry by name; none where it is not held, or spoiled."""
        self._used.add(digest)
        entry = self.folder / digest
        if not entry.is_dir():
            return {}
        try:
            known = json.loads((entry / _DIGESTS).read_text(encoding="utf-8"))
            files = {name: entry / name for name in known}
            return files if all(provenance.file_digest(p) == known[name] for name, p in files.items()) else {}
        except (OSError, ValueError):
            return {}

    def keep(self, digest: str, files: Mapping[str, Path | str]) -> None:
        """Hold files, or texts, by name, in the place of what the entry held."""
        self._used.add(digest)
        entry = self.folder / digest
        scratch = entry.with_suffix(".new")
        for old in (scratch, entry):
            shutil.rmtree(old, ignore_errors=True)
        scratch.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                (scratch / name).write_text(content, encoding="utf-8")
            else:
                shutil.copyfile(content, scratch / name)
        provenance.write_json(scratch / _DIGESTS, {name: provenance.file_digest(scratch / name) for name in files})
        scratch.rename(entry)

    def drop_others(self) -> None:
        """Remove what this run did not use."""
        for entry in self.folder.glob("*"):
            if entry.name not in self._used:
                shutil.rmtree(entry, ignore_errors=True)
