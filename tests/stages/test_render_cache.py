"""A document that was rendered before is taken from the cache as long as all that it is made of is the same."""

from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.publish.render.staging import Staged
from pipeline.stages.cache import Cache
from pipeline.stages.render_cache import RenderCache
from tests.publish.render.project import SVG

ROOT = Path(__file__).parents[2]


class Documents:
    """A staged document with its figure and theme, and what rendering would have written."""

    def __init__(self, folder: Path) -> None:
        staged = folder / "publish" / "fr"
        staged.mkdir(parents=True)
        self.theme = folder / "publish" / "theme" / "report.css"
        self.theme.parent.mkdir()
        self.theme.write_text("p {}", encoding="utf-8")
        self.figure = staged / "region-ages.svg"
        self.figure.write_text(SVG, encoding="utf-8")
        self.staged = Staged(staged / "report.qmd", folder / "report.qmd", 0, 2006)
        self.staged.path.write_text("Un.\n\n![](region-ages.svg)\n", encoding="utf-8")
        self.targets = {"html": folder / "site" / "report.html", "pdf": folder / "site" / "report.pdf"}
        self.evaluation = load("miniature", ROOT, folder)
        self.build = folder / "build"

    def cache(self) -> RenderCache:
        return RenderCache(self.evaluation, Cache(self.build / "cache"))

    def render(self, cache: RenderCache) -> bool:
        """Return whether the document was rendered, and not taken from the cache."""
        if cache.restore(self.staged, self.targets):
            return False
        for path in (*self.targets.values(), self.staged.path.with_suffix(".typ")):
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"made of {self.staged.path.read_text(encoding='utf-8')}", encoding="utf-8")
        cache.keep(self.staged, self.targets)
        return True


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(tmp_path)


def test_what_is_made_of_the_same_is_not_rendered_again(documents: Documents) -> None:
    assert documents.render(documents.cache())
    made = {path: path.read_bytes() for path in documents.targets.values()}
    for path in made:
        path.unlink()
    assert not documents.render(documents.cache())
    assert {path: path.read_bytes() for path in made} == made


@pytest.mark.parametrize("changed", ["text", "figure", "theme", "edition", "formats", "spoiled"])
def test_whatever_changes_is_seen(documents: Documents, changed: str) -> None:
    documents.render(documents.cache())
    if changed == "text":
        documents.staged.path.write_text("Deux.", encoding="utf-8")
    elif changed == "figure":
        documents.figure.write_text(SVG.upper(), encoding="utf-8")
    elif changed == "theme":
        documents.theme.write_text("q {}", encoding="utf-8")
    elif changed == "edition":
        documents.staged = Staged(documents.staged.path, documents.staged.origin, 0, 2007)
    elif changed == "formats":
        del documents.targets["pdf"]
    else:
        (kept,) = (documents.build / "cache").glob("*/html")
        kept.write_text("half", encoding="utf-8")
    assert documents.render(documents.cache())


def test_what_a_run_does_not_use_goes(documents: Documents) -> None:
    documents.render(documents.cache())
    documents.staged.path.write_text("Deux.", encoding="utf-8")
    cache = documents.cache()
    documents.render(cache)
    cache.cache.drop_others()
    assert len(list((documents.build / "cache").iterdir())) == 1
