"""Received texts that hold signs of Markdown, HTML, Typst, LaTeX or a spreadsheet end in pages that show them.

Each file goes the way of a user: ``new``, ``check``, ``report``. It ends in pages that hold every text as it was
written, or in one message that names the file and the place.
"""

from __future__ import annotations

import html
import html.parser
import http.server
import random
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.ingest.privacy.patterns import masked
from pipeline.wording.markdown import visible
from tests.acceptance.in_process import run_here

ROOT = Path(__file__).parents[2]
SIGNS = [
    *"/=@#$*_<>[](){}|\\^~!?.,;-+`'\"&%",
    *(
        "1. ",
        "a) ",
        "- ",
        "::: {.callout-note}",
        "---",
        "...",
        "> ",
        "[^1]",
        "\u202e",
        "\u200b",
        "\n",
        "\t",
        "é",
        "=1+1",
    ),
    *("<img src=canari.txt>", "<script>alert(1)</script>", "<!-- ", "[a](b)", "&lt;", "{{< include canari.txt >}}"),
    *(
        "`{python} 1`",
        "```{=html}",
        "#set page(",
        '#image("canari.svg")',
        "@fig-a",
        "\\input{canari}",
        "$x$",
        "CDI/CDD",
    ),
]
WORDS = ["Emploi", "visite", "avis", "espace", "service", "usage", "accueil", "tarif", "horaire", "atelier", "rien"]
QUESTIONS, RECORDS = 40, 60


def text(draw: random.Random, number: int) -> str:
    """Return a text of words and signs that no other number has, and that no identifier of a person has by chance."""
    words = [draw.choice(WORDS) for _ in range(3)]
    for _ in range(draw.randint(1, 3)):
        words.insert(draw.randint(0, len(words)), draw.choice(SIGNS))
    made = draw.choice(["", " "]).join(words) + f" q{number}x"
    return made if masked(made) == made else text(draw, number)


def hostile_file(seed: int, folder: Path) -> tuple[Path, list[str]]:
    """Write a file of forty questions, as CSV or as SPSS data with labels, and return it with its texts."""
    draw = random.Random(seed)
    headers = [text(draw, i) for i in range(QUESTIONS)]
    answers = [[text(draw, 100 + 10 * i + k) for k in range(3)] for i in range(QUESTIONS)]
    codes = [[1 + (r + i) % 3 for r in range(RECORDS)] for i in range(QUESTIONS)]
    if seed % 2:
        frame = pd.DataFrame(
            {h: [a[c - 1] for c in column] for h, a, column in zip(headers, answers, codes, strict=True)}
        )
        frame.insert(0, "id", range(1, RECORDS + 1))
        path = folder / "enquete.csv"
        frame.to_csv(path, sep=";", index=False)
    else:
        frame = pd.DataFrame({f"v{i}": column for i, column in enumerate(codes)})
        path = folder / "enquete.sav"
        labels = {f"v{i}": {k + 1: a[k] for k in range(3)} for i, a in enumerate(answers)}
        pyreadstat.write_sav(frame, str(path), column_labels=headers, variable_value_labels=labels)
    return path, [*headers, *(a for each in answers for a in each)]


def project_of(folder: Path) -> Path:
    shutil.copytree(ROOT / "data" / "reference", folder / "data" / "reference")
    shutil.copytree(ROOT / "reports", folder / "reports", ignore=shutil.ignore_patterns("_site", ".quarto"))
    (folder / "surveys").mkdir()
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


_DOCUMENTS = "".join(
    f"  - {{name: {name}, file: {name}.qmd, formats: [html]}}\n" for name in ("index", "report", "validation")
)
HTML_ALONE = f"documents:\n{_DOCUMENTS}"


def published(project: Path, name: str, *files: Path, pdf: bool = True, title: str = "") -> str:
    """Return the message of the refusal, empty where the evaluation was published, its PDFs too unless it is told.

    A ``title`` takes the place of the drafted one.
    """
    for step in (("new", name, "--yes", *map(str, files)), ("check", name), ("report", name, "--renderer", "embedded")):
        done = run_here(project, *step)
        if done.code:
            assert done.code == 1, done.out + done.err
            assert step[0] != "report", done.out + done.err
            return done.out + done.err
        declared = project / "surveys" / name / "evaluation.yaml"
        if step[0] == "new" and not pdf:
            declared.write_text(declared.read_text(encoding="utf-8") + HTML_ALONE, encoding="utf-8")
        if step[0] == "new" and title:
            content = {**yaml.safe_load(declared.read_text(encoding="utf-8")), "title": {"fr": title}}
            declared.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return ""


def plain_page(path: Path) -> str:
    page = re.sub(r"<(style|head)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return folded(html.unescape(re.sub(r"<[^>]*>", "", page)))


def folded(text: str) -> str:
    """Return a text without blanks, whose spacing is the house's, and with plain apostrophes and small letters."""
    return re.sub(r"\s", "", visible(text)).replace("’", "'").casefold()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_of(tmp_path_factory.mktemp("hostile"))


@pytest.mark.slow
def test_twenty_files_of_forty_hostile_questions_are_shown_or_refused_with_their_place(project: Path) -> None:
    ends = {"shown": 0, "refused": 0, "texts": 0, "on paper": 0}

    @settings(max_examples=20, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.integers(min_value=0, max_value=2**32))
    def ends_well(seed: int) -> None:
        folder = project / "received"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path, texts = hostile_file(seed, folder)
        # each third file is set on paper too: the gate is the same, and a PDF takes as long as all the pages
        refusal = published(project, f"essai-{seed}", path, pdf=seed % 3 == 0)
        ends["on paper"] += not refusal and seed % 3 == 0
        if refusal:
            assert re.search(r"enquete\.(csv|sav|yaml)|evaluation\.yaml", refusal), refusal
            ends["refused"] += 1
            return
        page = plain_page(project / f"reports/_site/essai-{seed}/report.html")
        lost = [t for t in texts if folded(t) not in page]
        assert not lost, (seed, lost[:5])
        ends["shown"] += 1
        ends["texts"] += len(texts)

    ends_well()
    shown = f"{ends['shown']} shown with {ends['texts']} texts, {ends['on paper']} of them on paper too"
    print(f"hostile files: {shown}, {ends['refused']} refused, of 20")
    assert ends["on paper"] >= 3
    assert ends["shown"] >= ends["refused"]


def loaded(page: Path) -> list[str]:
    """Return what the elements of a page would load."""
    found: list[str] = []
    scripts: list[str] = []

    class Loads(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in ("iframe", "object", "embed"), tag
            # the one script is the template's, which stands in the page
            scripts.extend([tag] if tag == "script" else [])
            assert tag != "script" or not attrs, attrs
            found.extend(v or "" for k, v in attrs if k in ("src", "data", "srcset") or (tag == "link" and k == "href"))

    Loads().feed(page.read_text(encoding="utf-8"))
    assert len(scripts) <= 1
    return found


@pytest.fixture
def fetched() -> Iterator[tuple[str, list[str]]]:
    """Serve a picture on this machine, and keep what is asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()


@pytest.mark.slow
def test_nothing_that_a_text_names_is_read_or_fetched(project: Path, fetched: tuple[str, list[str]]) -> None:
    address, asked = fetched
    secret = "canari-7f3a91"
    canary = project / "canari.txt"
    canary.write_text(secret, encoding="utf-8")
    texts = [
        f"<img src={canary}>", f"![x]({canary})", f"<img src={address}/a.png>", f"![i]({address}/b.png)",
        f"{{{{< include {canary} >}}}}", f'#image("{canary}")', f'#read("{canary}")', f"\\input{{{canary}}}",
        f"<link rel=stylesheet href={address}/c.css>", f"`{{python}} open('{canary}').read()`",
        f"```{{=html}}\n<iframe src={address}/d>\n```", f"<object data={canary}></object>",
    ]  # fmt: skip
    frame = pd.DataFrame({f"v{i}": [1 + r % 2 for r in range(RECORDS)] for i in range(len(texts))})
    path = project / "canari.sav"
    values = {f"v{i}": {1: t, 2: f"Autre {i}"} for i, t in enumerate(texts)}
    pyreadstat.write_sav(frame, str(path), column_labels=[f"Avis {t}" for t in texts], variable_value_labels=values)
    title = f"![t]({address}/t.png) <img src={canary}> @region [a](b) C:\\dossier"
    assert published(project, "canari", path, title=title) == ""
    assert asked == []
    for file in (project / "reports/_site/canari").rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
        if file.suffix == ".html":
            assert {a for a in loaded(file) if not a.startswith("data:")} == set()
    page = plain_page(project / "reports/_site/canari/report.html")
    for each in [*texts, title]:
        assert folded(each) in page, each


SUFFIX = ' <b>@x</b> *e* [l](u) $m$ {y} \\z `{python} 1` | "q"'


def marked(declared: Any) -> Any:
    """Return declarations every text of which ends in signs."""
    if isinstance(declared, list):
        return list(map(marked, declared))
    if not isinstance(declared, dict):
        return declared
    texts = {k: v + SUFFIX for k, v in declared.items() if k in ("fr", "en") and isinstance(v, str)}
    return {k: texts.get(k, marked(v)) for k, v in declared.items()}


@pytest.mark.slow
def test_every_declared_text_of_an_evaluation_is_shown_as_written_in_the_default_documents(project: Path) -> None:
    folder = project / "surveys" / "miniature"
    shutil.copytree(ROOT / "surveys" / "miniature", folder)
    simulated = run_here(project, "simulate", "miniature")
    assert simulated.code == 0, simulated.out + simulated.err
    for path in [*folder.glob("*.yaml"), folder / "texts" / "recommendations.yaml"]:
        if path.name != "truth.yaml":
            content = marked(yaml.safe_load(path.read_text(encoding="utf-8")))
            path.write_text(
                yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8"
            )
    done = run_here(project, "report", "miniature", "--renderer", "embedded")
    assert done.code == 0, done.out + done.err
    whole = 0
    for page in (project / "reports/_site/miniature").rglob("*.html"):
        shown = plain_page(page)
        assert shown.count("@x") == shown.count(folded(SUFFIX)) > 0, page.name
        source = page.read_text(encoding="utf-8")
        assert not re.search(r"<b>|<em>e</em>|href=.u.|class=.math|[\U000f0000-\U000f007f]", source), page.name
        whole += shown.count("@x")
    print(f"texts with signs in the default documents: {whole} shown, all as written")


#: Small twins of files that were received: the header, the answers of a column, and what the report must show.
TWINS = {
    "numbered": ("1. Nombre de passages", ["0", "1", "2", "3", "5"], ["1. Nombre de passages"]),
    "slash": ("Statut", ["CDD/CDI", "Sans emploi", "a=b"], ["CDD/CDI", "a=b"]),
    "break": ("Statut", ["En poste\n(salariée)", "Retraite"], ["En poste (salariée)"]),
    "at": ("Lisez-vous @lettre_region ?", ["Souvent", "Jamais"], ["Lisez-vous @lettre_region ?"]),
    "formula": ("2) Avis général", ["Oui", "Non", "$x$"], ["2) Avis général", "$x$"]),
    "division": (
        "Avis",
        ["::: {.callout-note}", "- rien", "#set page()"],
        ["::: {.callout-note}", "- rien", "#set page()"],
    ),
}
TITLES = ["Bilan @région", "Lire [a](b) ici", "D:\\dossier", "1. Bilan", "::: {.callout-note}", "--- : #"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", TWINS)
def test_a_file_whose_texts_hold_signs_reaches_a_report_with_its_texts_as_written(project: Path, kind: str) -> None:
    header, answers, wanted = TWINS[kind]
    frame = pd.DataFrame({"id": range(1, 121), header: [answers[i % len(answers)] for i in range(120)]})
    path = project / f"{kind}.csv"
    frame.to_csv(path, sep=";", index=False)
    name = f"jumeau-{kind}"
    title = TITLES[list(TWINS).index(kind)]
    assert published(project, name, path, title=title) == ""
    page = plain_page(project / "reports/_site" / name / "report.html")
    for each in [*wanted, title]:
        assert folded(each) in page, each
