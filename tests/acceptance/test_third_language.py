"""A third language is its folder, its module of agreement and a Babel locale: an evaluation publishes in it alone."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from .conftest import ROOT, copy_project, pipeline

pytestmark = pytest.mark.slow
TOY, MARK = "xx", "Xx"
#: Months of the toy's Babel locale, which is German.
MONTHS = "Dezember|November|Oktober"
#: Run by every process of Python as it starts: one more module stands beside those of the package.
START = "import pipeline.wording; pipeline.wording.__path__.append({folder!r})"
#: A text between quotes that begins with a letter; what begins with a value or a sign stays as it is.
_TEXT = re.compile(r'^(?P<head>\s*(?:- )?[^\s#"][^"]*: |.*[{,] ?[\w=-]+: )"(?P<text>[^"{\[\\])', re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with the toy language: English words that are marked, beside a copy of English grammar."""
    folder = copy_project(tmp_path_factory.mktemp("third"))
    toy = Path(shutil.copytree(folder / "reports" / "en", folder / "reports" / TOY))
    for path in toy.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(_TEXT.sub(rf'\g<head>"{MARK} \g<text>', text), encoding="utf-8")
    for other in ("fr", "en"):
        # nothing is taken from another language but what questionnaires were written in
        for path in (folder / "reports" / other).rglob("*.qmd"):
            path.unlink()
    module = (ROOT / "pipeline" / "wording" / "en.py").read_text(encoding="utf-8")
    module = module.replace('CODE = "en"', f'CODE = "{TOY}"').replace('LOCALE = "en"', 'LOCALE = "de"')
    module = module.replace('THOUSANDS = ".", ","', 'THOUSANDS = ",", "\'"')
    (folder / "languages").mkdir()
    (folder / "languages" / f"{TOY}.py").write_text(module, encoding="utf-8")
    start = START.format(folder=str(folder / "languages"))
    (folder / "languages" / "sitecustomize.py").write_text(start, encoding="utf-8")
    declared = folder / "surveys" / "miniature" / "evaluation.yaml"
    content = yaml.safe_load(declared.read_text(encoding="utf-8"))
    content["languages"] = [TOY]
    content["title"][TOY] = "Zorp der Miniatur"
    declared.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for part in ("words", "chapters"):
        own = folder / "surveys" / "miniature" / part
        if own.is_dir():
            source = own / "en" if (own / "en").is_dir() else own / "fr"
            shutil.copytree(source, own / TOY)
    return folder


def run(project: Path, *arguments: str) -> None:
    path = os.pathsep.join((str(ROOT), str(project / "languages")))
    done = pipeline(project, *arguments, env={"PYTHONPATH": path})
    assert done.code == 0, done.out + done.err


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    run(project, "report", "miniature", "--renderer", "embedded")
    return project / "reports" / "_site" / "miniature"


def test_its_pages_speak_it_at_the_root_of_the_site(site: Path) -> None:
    for name in ("index", "brief", "report", "methods"):
        page = (site / f"{name}.html").read_text(encoding="utf-8")
        assert f'lang="{TOY}"' in page
        assert page.count(f"{MARK} ") > 3, name
    assert "Zorp der Miniatur" in (site / "report.html").read_text(encoding="utf-8")


def test_dates_follow_its_locale_and_numbers_its_module(site: Path) -> None:
    text = "".join((site / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "report", "methods"))
    assert re.search(MONTHS, text)
    assert re.search(r"\d['’]\d{3}", text)


def test_nothing_of_another_language_stands_around_a_page(site: Path) -> None:
    for name in ("index", "report", "methods"):
        page = (site / f"{name}.html").read_text(encoding="utf-8")
        assert not re.search(r"Lecture|Champ\b|Aller au contenu|Télécharger|\bentre \d", page), name


def test_check_and_proof_speak_it(project: Path) -> None:
    run(project, "check", "miniature")
    run(project, "proof", "miniature", TOY)
