"""A document is staged anew when anything that it is made of is another, and only then."""

import shutil
from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.publish.documents.site import SiteDocument, SitePage
from pipeline.publish.documents.staging import PLACES, TEXT, TRACE
from pipeline.publish.render.staging import Staged
from pipeline.stages.cache import Cache
from pipeline.stages.freshness import STAMP
from pipeline.stages.language import words_of
from pipeline.stages.staged_cache import StagedCache

ROOT = Path(__file__).parents[2]
#: A text that the document asked for.
ASKED = "demand.level.stated"
STAGES = ("ingest", "weight", "analyse", "protect", "state", "draw")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("reports/fr", "reports/en", "reports/theme", "surveys/miniature"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in STAGES:
        (tmp_path / "build" / "miniature" / name).mkdir(parents=True)
        (tmp_path / "build" / "miniature" / name / STAMP).write_text('{"content": "a"}', encoding="utf-8")
    return tmp_path


def is_found(project: Path, document: str = "report", beside: str = "") -> bool:
    """Return whether a document is taken as it was staged before; it is staged where it is not."""
    evaluation = load("miniature", project, None)
    cache = StagedCache(evaluation, words_of(evaluation, "fr"), Cache(project / "cache"))
    page = SitePage(
        SiteDocument(document, project / "reports" / "fr" / f"{document}.qmd", "region", ("html",)), "region"
    )
    if cache.find(page, {}, beside) is not None:
        return True
    for ending in (TEXT, PLACES, TRACE):
        (project / f"{document}{ending}").write_text("[]", encoding="utf-8")
    cache.keep(page, Staged(project / f"{document}.qmd", page.document.path, 7, 2006), {ASKED, "demand.level.silent"})
    return False


def test_a_document_of_all_the_same_is_found_with_its_files(project: Path) -> None:
    assert not is_found(project)
    assert is_found(project)
    assert not is_found(project, beside="results.csv 12")


@pytest.mark.parametrize(
    "file",
    [
        "reports/fr/report.qmd",
        "reports/fr/demand/report.qmd",
        "reports/en/_codebook.yaml",
        "reports/theme/report.html",
        f"build/miniature/state/{STAMP}",
        f"build/miniature/draw/{STAMP}",
    ],
)
def test_whatever_a_document_is_made_of_has_it_staged_anew(project: Path, file: str) -> None:
    is_found(project)
    path = project / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"a"', '"b"') if path.name == STAMP else f"{text}\n", encoding="utf-8")
    assert not is_found(project)


@pytest.mark.parametrize(
    ("file", "old", "new", "counts"),
    [
        ("fr/demand/words.yaml", "{share:who} ({share:proof})", "{share:who}, ({share:proof})", True),
        ("fr/demand/words.yaml", "level:\n", 'level:\n  silent: "Un texte."\n', True),
        ("fr/demand/words.yaml", "Évolution incertaine de", "Évolution douteuse de", False),
        ("fr/demand/words.yaml", "subject:", "# un commentaire\nsubject:", False),
        ("fr/_common.yaml", "usager", "abonné", True),
        ("fr/_methods.yaml", " ", "  ", False),
    ],
)
def test_a_text_counts_for_the_documents_that_asked_for_it_and_a_noun_for_all(
    project: Path, file: str, old: str, new: str, counts: bool
) -> None:
    is_found(project)
    path = project / "reports" / file
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    assert is_found(project) is not counts


@pytest.mark.parametrize("file", ["fr/demand/methods.qmd", "fr/methods.qmd", "en/demand/words.yaml"])
def test_chapters_of_other_documents_and_words_of_another_language_leave_it_as_it_is(project: Path, file: str) -> None:
    declared = project / "surveys" / "miniature" / "evaluation.yaml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text(text.replace("languages: [fr]", "languages: [fr, en]", 1), encoding="utf-8")
    is_found(project)
    path = project / "reports" / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n", encoding="utf-8")
    assert is_found(project)


def test_a_new_chapter_or_another_title_counts_for_all_documents(project: Path) -> None:
    is_found(project)
    other = project / "reports" / "fr" / "methods.qmd"
    other.write_text(other.read_text(encoding="utf-8").replace("title:", "title: Autre #", 1), encoding="utf-8")
    assert not is_found(project)
    (project / "reports" / "fr" / "demand" / "other.qmd").write_text("---\n---\nTexte.\n", encoding="utf-8")
    assert not is_found(project)
