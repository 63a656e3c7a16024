"""Documents that were rendered before, by the digest of all that they are made of: a changed one is rendered alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from pipeline import provenance
from pipeline.evaluation import Evaluation
from pipeline.publish.render.paragraphs import Changed, changes
from pipeline.publish.render.quarto import made_by
from pipeline.publish.render.staging import Staged
from pipeline.stages.cache import Cache
from pipeline.stages.grounds import code_digest

#: Names of figures in a staged document: the filters let no other file in.
_FIGURE = re.compile(r"(?<![\w.-])[\w.-]+\.(?:svg|png)")
#: What the embedded renderer writes beside the staged document, to look at.
_TYPST = "typ"


class RenderCache:
    """The documents of one evaluation as the embedded renderer made them."""

    def __init__(self, evaluation: Evaluation, cache: Cache) -> None:
        self.cache = cache
        # matplotlib brings the typeface
        tools = {**made_by("embedded"), "matplotlib": metadata.version("matplotlib")}
        self._before = evaluation.stage("publish")
        self._shared = [code_digest("publish", evaluation), json.dumps(tools, sort_keys=True)]
        self._themes: dict[Path, str] = {}
        self._digests: dict[Path, str] = {}

    def restore(self, staged: Staged, targets: Mapping[str, Path]) -> bool:
        """Put the files of a document in their places; return False where they are not held, or spoiled."""
        digest = self._digests[staged.path] = self._digest(staged, targets)
        held = self.cache.held(digest)
        for kind, place in _files(staged, targets).items() if held else ():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(held[kind], place)
        return bool(held)

    def keep(self, staged: Staged, targets: Mapping[str, Path]) -> None:
        """Hold the files of a document that was rendered; one that was not asked for before is not held."""
        self.cache.keep(self._digests[staged.path], _files(staged, targets))

    def changed(self, staged: Staged, targets: Mapping[str, Path]) -> Changed | None:
        """Return what changed in a document since the last publication; None where all else is not as it was."""
        last = self._before / staged.path.parent.name / staged.path.name
        if not last.is_file():
            return None
        text = last.read_text(encoding="utf-8")
        found = changes(text, staged.path.read_text(encoding="utf-8"))
        held = self.cache.held(self._digest_of(text, staged, targets)) if found else {}
        return Changed(staged, targets, found, held) if held else None

    def _digest(self, staged: Staged, targets: Mapping[str, Path]) -> str:
        return self._digest_of(staged.path.read_text(encoding="utf-8"), staged, targets)

    def _digest_of(self, text: str, staged: Staged, targets: Mapping[str, Path]) -> str:
        folder = staged.path.parent
        shown = (line for line in text.splitlines() if ".svg" in line or ".png" in line)
        figures = [folder / name for name in sorted({name for line in shown for name in _FIGURE.findall(line)})]
        told = [f"{p.name} {provenance.file_digest(p)}" for p in figures if p.is_file()]
        made_of = [*self._shared, self._theme(folder.parent), staged.path.name, str(staged.edition), *targets]
        return provenance.digest_of([*made_of, text, *told])

    def _theme(self, folder: Path) -> str:
        if folder not in self._themes:
            files = provenance.tree_digests(folder, ["theme"])
            self._themes[folder] = provenance.digest_of(f"{name} {digest}" for name, digest in sorted(files.items()))
        return self._themes[folder]


def _files(staged: Staged, targets: Mapping[str, Path]) -> dict[str, Path]:
    """Return the files of a document by format, that of Typst where there is a PDF."""
    return {**targets, **({_TYPST: staged.path.with_suffix(f".{_TYPST}")} if "pdf" in targets else {})}
