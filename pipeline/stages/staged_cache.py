"""Documents that were staged before, by the digest of all that they are made of: a changed chapter stages its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from pipeline import provenance
from pipeline.evaluation import Evaluation
from pipeline.publish.documents.site import SitePage
from pipeline.publish.documents.staging import PLACES, TEXT, TRACE, Before
from pipeline.publish.render.staging import Staged
from pipeline.stages import freshness, grounds
from pipeline.stages.cache import Cache

#: What names the chapters that a document takes.
_CHAPTERS = re.compile(r"\{\{<\s*chapters\s+([\w-]+)")
#: What else is held of a document: how many lines stand before its body.
_SHIFT = "shift"
#: The stages whose results documents are made of.
_STAGES = ("ingest", "weight", "analyse", "protect", "state", "draw")


class StagedCache:
    """The documents of one language as they were staged.

    What is not a chapter counts for all documents: code, results, figures, words, theme, and the front matter of every
    document. Chapters count for the documents that take them.
    """

    def __init__(self, evaluation: Evaluation, lang: str, cache: Cache) -> None:
        self.evaluation, self.lang, self.cache = evaluation, lang, cache
        self._new: dict[str, str] = {}

    def find(self, page: SitePage, figures: Mapping[str, Path], beside: str) -> Before | None:
        """Return a document as it was staged before, None where it is not held.

        Parameters
        ----------
        figures : those of its place.   beside : what else it is made of.
        """
        digest = self._digest(page, beside)
        held = self.cache.held(digest)
        if not held:
            self._new[page.name] = digest
            return None
        shift = int(held.pop(_SHIFT).read_text(encoding="utf-8"))
        return Before(page.name, page.document.path, figures, held, shift)

    def keep(self, page: SitePage, staged: Staged) -> None:
        """Hold a document that was staged, and was not found before."""
        if digest := self._new.pop(page.name, None):
            files = {ending: staged.path.with_name(f"{page.name}{ending}") for ending in (TEXT, PLACES, TRACE)}
            self.cache.keep(digest, {**files, _SHIFT: str(staged.shift)})

    def _digest(self, page: SitePage, beside: str) -> str:
        source = page.document.path
        named = set(_CHAPTERS.findall(source.read_text(encoding="utf-8")))
        chapters = [told for name, told in self._chapters if name is None or name in named]
        return provenance.digest_of([self._shared, page.name, beside, *_digests([source]), *chapters])

    @cached_property
    def _chapters(self) -> list[tuple[str | None, str]]:
        """Return name and digest of each chapter; the evaluation's own, which every document may take, have none."""
        own = self.evaluation.folder / "chapters" / self.lang
        found = [p for p in self._files if p.suffix == ".qmd" and (self._folder in p.parents or own in p.parents)]
        names = [None if own in p.parents else p.stem for p in found]
        return list(zip(names, _digests(found), strict=True))

    @cached_property
    def _files(self) -> list[Path]:
        return grounds.document_files(self.evaluation)

    @property
    def _folder(self) -> Path:
        return self.evaluation.root / "reports" / self.lang

    @cached_property
    def _shared(self) -> str:
        """Return the digest of all that every document of the language may be made of."""
        evaluation = self.evaluation
        declared = [*evaluation.declaration_files(), *grounds.own_questions(evaluation)]
        return provenance.digest_of(
            [
                f"staged in {self.lang} in {evaluation.root}",
                grounds.code_digest("publish", evaluation),
                *(freshness.content(evaluation.stage(name)) for name in _STAGES),
                *_digests([*declared, *grounds.reference_files(evaluation), evaluation.root / "requirements.lock"]),
                *map(str, self._files),
                *_digests([p for p in self._files if p.suffix != ".qmd" and self._is_of_language(p)]),
                *(_front(p) for p in self._files if p.parent == self._folder and p.suffix == ".qmd"),
            ]
        )

    def _is_of_language(self, path: Path) -> bool:
        """Return whether a file is no other language's own; what its questions have no part in, any may take."""
        others = [lang for lang in self.evaluation.settings.languages if lang != self.lang]
        reports, own = self.evaluation.root / "reports", self.evaluation.folder / "words"
        return path.name.startswith("_") or not any(
            folder / other in path.parents for folder in (reports, own) for other in others
        )


def _digests(paths: list[Path]) -> list[str]:
    return [f"{path} {provenance.file_digest(path)}" for path in paths if path.is_file()]


def _front(path: Path) -> str:
    """Return the front matter of a document: other documents tell its title and lead to it."""
    return path.read_text(encoding="utf-8").partition("\n---")[0]
