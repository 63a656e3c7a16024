"""A page loads nothing: what it would fetch is inside, or refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from lxml import html

from pipeline.errors import PublishError
from pipeline.publish.render.inlining import inlined

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "b.png").write_bytes(b"\x89PNG")
    (tmp_path / "look.css").write_text("/* why */\nbody {\n  margin: 0;\n}\n", encoding="utf-8")
    return tmp_path


def test_a_drawing_is_an_image_with_its_alternative_text_for_screen_readers(folder: Path) -> None:
    page = inlined('<p><img src="a.svg" style="width:80mm" alt="48 % d&#39;usagers" /></p>', folder)
    content = base64.b64encode(SVG.encode()).decode()
    source = f'src="data:image/svg+xml;base64,{content}"'
    said = "48 % d&#39;usagers"
    expected = f'<img role="img" aria-label="{said}" {source} style="width:80mm" alt="{said}" />'
    assert page == f"<p>{expected}</p>"


def test_a_figure_is_part_of_the_page_and_has_a_drawing_for_a_phone(folder: Path) -> None:
    face = '<style>@font-face{font-family:"A";src:url(data:font/woff2;base64,AAAA)}</style>'
    for name in ("c.svg", "c.narrow.svg"):
        shape = '<path id="m1" d="M0 0"/><clipPath id="p1"/><use href="#m1"/><g clip-path="url(#p1)"/><text>48 %</text>'
        head = '<svg xmlns="http://www.w3.org/2000/svg" width="4pt" height="3pt" viewBox="0 0 4 3">'
        (folder / name).write_text(f"{head}{face}{shape}</svg>", encoding="utf-8")
    page = inlined(
        '<img src="c.svg" style="width:80mm" data-result="a b" data-narrow="c.narrow.svg" alt="48 % d&#39;usagers" />',
        folder,
    )
    (shown,) = html.fragments_fromstring(page)
    assert (shown.get("role"), shown.get("aria-label"), shown.get("data-result")) == ("img", "48 % d'usagers", "a b")
    assert [svg.get("class") for svg in shown] == ["wide", "narrow"]
    assert all(svg.get("aria-hidden") and not svg.get("width") for svg in shown)
    assert "@font-face" not in page
    named = [e.get("id") for e in shown.iter() if e.get("id")]
    assert len(named) == len(set(named)) == 4
    assert {e.get("href").removeprefix("#") for e in shown.iter("use")} <= set(named)
    assert all(f"url(#{name})" in page for name in named if name.endswith("p1"))


def test_a_style_holds_the_typefaces_that_lie_beside_it(folder: Path) -> None:
    (folder / "fonts").mkdir()
    (folder / "fonts" / "page.woff2").write_bytes(b"wOF2")
    (folder / "look.css").write_text('@font-face { src: url("fonts/page.woff2") }', encoding="utf-8")
    page = inlined('<link rel="stylesheet" href="look.css">', folder)
    assert "src: url(data:font/woff2;base64,d09GMg==)" in page
    (folder / "fonts" / "page.woff2").unlink()
    with pytest.raises(PublishError, match="typeface"):
        inlined('<link rel="stylesheet" href="look.css">', folder)


def test_a_photograph_keeps_its_bytes(folder: Path) -> None:
    assert 'src="data:image/png;base64,iVBORw=="' in inlined('<img src="b.png" alt="Un lieu" />', folder)


def test_a_style_stands_in_the_page_without_its_comments(folder: Path) -> None:
    page = inlined('<link rel="stylesheet" href="look.css">', folder)
    assert page == '<style type="text/css">\nbody {\nmargin: 0;\n}\n</style>'


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="a.js">',
        '<img src="https://example.org/a.svg" alt="x">',
        '<link rel="icon" href="icon.png">',
        '<iframe src="//example.org">',
        '<img alt="x" src="a.svg">',
    ],
)
def test_what_a_template_would_load_is_refused(folder: Path, tag: str) -> None:
    with pytest.raises(PublishError, match="would load something"):
        inlined(f"<head>{tag}</head>", folder)


@pytest.mark.parametrize("rule", ["@import 'b.css';", "p { background: url(b.png); }", 'p { src: url("//x.org/f") }'])
def test_a_style_that_loads_something_is_refused_with_its_file(folder: Path, rule: str) -> None:
    (folder / "look.css").write_text(rule, encoding="utf-8")
    with pytest.raises(PublishError, match="would load something") as caught:
        inlined('<link rel="stylesheet" href="look.css">', folder)
    assert caught.value.where == str(folder / "look.css")


def test_a_style_may_hold_its_pictures(folder: Path) -> None:
    rule = "p { background: url(data:image/png;base64,iVBORw==); fill: url(#hatch) }"
    (folder / "look.css").write_text(rule, encoding="utf-8")
    assert rule in inlined('<link rel="stylesheet" href="look.css">', folder)


def test_a_link_to_another_page_is_no_loading(folder: Path) -> None:
    page = '<link rel="icon" href="data:,"><a href="report.html">x</a><a href="https://example.org">y</a>'
    assert inlined(page, folder) == page


def test_text_that_speaks_of_markup_does_not_even_look_like_it(folder: Path) -> None:
    page = '<style>q { quotes: "a" }</style><p title="b">&lt;img src="secret.txt"&gt;</p>'
    said = '<style>q { quotes: "a" }</style><p title="b">&lt;img src=&quot;secret.txt&quot;&gt;</p>'
    assert inlined(page, folder) == said
