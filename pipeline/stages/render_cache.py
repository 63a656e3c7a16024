"""Documents that were rendered before, by the digest of all that they are made of: a changed sentence renders its own.

An entry is a folder of ``build/<evaluation>/cache``: the files of one document, and ``digests.json``, by which a file
that was spoiled since is told from a good one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from pipeline import provenance
from pipeline.evaluation import Evaluation
from pipeline.publish.render.quarto import made_by
from pipeline.publish.render.staging import Staged
from pipeline.stages.freshness import code_digest

_DIGESTS = "digests.json"
#: Names of figures in a staged document: the filters let no other file in.
_FIGURE = re.compile(r"[\w.-]+\.(?:svg|png)")
#: What the embedded renderer writes beside the staged document, to look at.
_TYPST = "typ"


class RenderCache:
    """The documents of one evaluation as the embedded renderer made them, those of the last run only."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.folder = evaluation.build / "cache"
        # matplotlib brings the typeface
        tools = {**made_by("embedded"), "matplotlib": metadata.version("matplotlib")}
        self._shared = [code_digest("publish", evaluation), json.dumps(tools, sort_keys=True)]
        self._themes: dict[Path, str] = {}
        self._used: dict[Path, Path] = {}

    def restore(self, staged: Staged, targets: Mapping[str, Path]) -> bool:
        """Put the files of a document in their places; return False where they are not held, or spoiled."""
        entry = self._used[staged.path] = self._entry(staged, targets)
        if not entry.is_dir():
            return False
        try:
            known = json.loads((entry / _DIGESTS).read_text(encoding="utf-8"))
            good = all(provenance.file_digest(entry / kind) == known.get(kind) for kind in _files(staged, targets))
        except (OSError, ValueError):
            return False
        if good:
            for kind, place in _files(staged, targets).items():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(entry / kind, place)
        return good

    def keep(self, staged: Staged, targets: Mapping[str, Path]) -> None:
        """Hold the files of a document that was rendered; one that was not asked for before is not held."""
        entry = self._used[staged.path]
        scratch = entry.with_suffix(".new")
        for old in (scratch, entry):
            shutil.rmtree(old, ignore_errors=True)
        scratch.mkdir(parents=True)
        files = _files(staged, targets)
        for kind, place in files.items():
            shutil.copyfile(place, scratch / kind)
        provenance.write_json(scratch / _DIGESTS, {kind: provenance.file_digest(scratch / kind) for kind in files})
        scratch.rename(entry)

    def drop_others(self) -> None:
        """Remove what this run did not use."""
        for entry in self.folder.glob("*"):
            if entry not in self._used.values():
                shutil.rmtree(entry, ignore_errors=True)

    def _entry(self, staged: Staged, targets: Mapping[str, Path]) -> Path:
        folder, text = staged.path.parent, staged.path.read_text(encoding="utf-8")
        figures = [folder / name for name in sorted(set(_FIGURE.findall(text)))]
        told = [f"{p.name} {provenance.file_digest(p)}" for p in figures if p.is_file()]
        made_of = [*self._shared, self._theme(folder.parent), staged.path.name, str(staged.edition), *targets]
        return self.folder / provenance.digest_of([*made_of, text, *told])

    def _theme(self, folder: Path) -> str:
        if folder not in self._themes:
            files = provenance.tree_digests(folder, ["theme"])
            self._themes[folder] = provenance.digest_of(f"{name} {digest}" for name, digest in sorted(files.items()))
        return self._themes[folder]


def _files(staged: Staged, targets: Mapping[str, Path]) -> dict[str, Path]:
    """Return the files of a document by format, that of Typst where there is a PDF."""
    return {**targets, **({_TYPST: staged.path.with_suffix(f".{_TYPST}")} if "pdf" in targets else {})}
