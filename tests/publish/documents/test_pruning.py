"""A heading below which nothing is said is not shown; one that holds anything is."""

import pytest

from pipeline.publish.documents.pruning import kept


def shown(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(line for line, stays in zip(lines, kept(lines), strict=True) if stays)


@pytest.mark.parametrize(
    "text",
    [
        "## Un\n\nTexte.",
        "## Un\n\n### Deux\n\nTexte.",
        "Texte sans titre.",
        "## Un\n\n```\n# pas un titre\n```",
        '::: {.when has="visits"}\n## Un\n:::\n\nTexte.',
        ":::: {.a}\n## Un\n\nTexte.\n::::",
        "## Un\n\n| a |\n|---|\n| b |",
    ],
)
def test_what_holds_something_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("## Un\n\n## Deux\n\nTexte.", "\n## Deux\n\nTexte."),
        ("## Un\n\n### Deux\n", "\n"),
        ("## Un\n\n::: {.callout-note}\n:::\n\n{{< pagebreak >}}", "\n::: {.callout-note}\n:::\n\n{{< pagebreak >}}"),
        (":::: {.a}\n## Un\n::::\n:::: {.b}\nTexte.\n::::", ":::: {.a}\n::::\n:::: {.b}\nTexte.\n::::"),
        ("## Un\n\n### Deux\n\nTexte.\n\n### Trois", "## Un\n\n### Deux\n\nTexte.\n"),
    ],
)
def test_an_empty_section_goes_with_its_heading(text: str, left: str) -> None:
    assert shown(text) == left
