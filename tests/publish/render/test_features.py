"""What the embedded renderer does not have fails with file, line and the feature's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.render import features, qmd
from tests.publish.render import project

HEAD_LINES = project.HEAD.count("\n")

UNSUPPORTED = [
    ("{{< video film.mp4 >}}", "shortcode 'video'"),
    ("texte {{< pagebreak >}} texte", "shortcode 'pagebreak'"),
    ("```{r}\n1\n```", "engine 'r'"),
    ("```{python echo=FALSE}\n1\n```", "engine 'python'"),
    ("```{python}\n1\n```", "engine 'python'"),
    ("```{mermaid}\ngraph\n```", "engine 'mermaid'"),
    ("Inline `{r} 1` ici", "engine 'r'"),
    ("Voir @eq-one.", "reference '@eq-one'"),
    ("Selon @martin2006.", "reference '@martin2006'"),
    ("::: {.callout-danger}\n:::", "callout '.callout-danger'"),
    ("::: {.callout-note collapse=true}\n:::", "callout attribute 'collapse'"),
    ("::: {.panel-tabset}\n:::", "class '.panel-tabset'"),
    ('::: {layout-ncol="2"}\n:::', "attribute 'layout-ncol'"),
    ('::: {.content-visible when-format="docx"}\n:::', "format of 'when-format'"),
    ("![x](https://example.org/a.png)", "images from another host"),
    ("Un <b>mot</b>.", "raw HTML"),
    ("<!-- rien -->", "raw HTML"),
    ("`x`{=html}", "raw HTML"),
    ("```{=typst}\n#set page()\n```", "raw HTML"),
    ("# Titre", "level 1"),
    ("## Un\n\n#### Trois", "skips a level"),
]


@pytest.mark.parametrize(("text", "name"), UNSUPPORTED)
def test_unsupported_features_fail_with_file_and_line(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / "essai.qmd"
    path.write_text(project.HEAD + "\n" + text + "\n", encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        features.check(qmd.read(path))
    assert name in caught.value.problem
    line = int((caught.value.where or "").rsplit(":", 1)[1])
    assert HEAD_LINES + 2 <= line <= HEAD_LINES + 2 + text.count("\n")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("bibliography: x.bib", "'bibliography'"),
        ("execute: {cache: true}", "'execute'"),
        ("format: {docx: default}", "'docx' under 'format'"),
        ("format: {html: {code-fold: true}}", "'code-fold' under 'format: html'"),
        ("jupyter: ir", "'jupyter'"),
    ],
)
def test_unknown_front_matter_fails_with_its_line(tmp_path: Path, key: str, name: str) -> None:
    path = tmp_path / "essai.qmd"
    path.write_text(f"---\ntitle: x\n{key}\n---\n\ntexte\n", encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        features.check(qmd.read(path))
    assert name in caught.value.problem
    assert caught.value.where == f"{path}:3"


def test_features_inside_code_blocks_are_text(tmp_path: Path) -> None:
    path = tmp_path / "essai.qmd"
    path.write_text("````\n```{r}\n{{< video x >}}\n# un\n````\n\n`{{< video x >}}` et a@b.fr\n", encoding="utf-8")
    document = qmd.read(path)
    features.check(document)
    assert [line for _, line in qmd.prose(document)] == ["", "`{{< video x >}}` et a@b.fr"]


def test_the_small_document_uses_supported_features_only(tmp_path: Path) -> None:
    path = tmp_path / "essai.qmd"
    path.write_text(project.HEAD + project.BODY, encoding="utf-8")
    features.check(qmd.read(path))
