"""Long values of attributes pass Pandoc as signs, and stand in pages as Pandoc itself would have written them."""

import pytest

from pipeline.publish.render.attributes import fold_attributes
from pipeline.publish.render.spans import Folded, fold

from .written import WRITERS, written

ALT = 'fig-alt="Les visites n\'ont pas reculé\u00a0: 12\u00a0% (+\u202f3 ; −\u202f2), *a* et _b_ d’ici."'
RESULTS = 'data-result="a.b/visits/period=2006/region=53/age_band=75+ a.b_c/visits/period=2003..2006/region=53"'
TEXTS = (
    f"![Un titre.](a.svg){{#fig-a {ALT} {RESULTS}}}",
    f'![Un titre. [Et sa mesure]{{.measured}}](a.svg){{#fig-a {ALT} width="80mm" {RESULTS} data-narrow="b.svg"}}',
    f"| a | b |\n|:--|--:|\n| c | d |\n\n: Un titre {{#tbl-a {RESULTS}}}",
    '![Un titre.](a.svg){#fig-a fig-alt="Recherche &amp; développement" data-result="a<b"}',
    f"Soit {{#fig-a {ALT}}}",
    f"```\n![Un titre.](a.svg){{#fig-a {ALT}}}\n```",
)


def _passed(text: str) -> Folded:
    return fold_attributes(fold(text.split("\n")))


@pytest.mark.parametrize("text", TEXTS)
def test_pages_are_those_that_pandoc_makes_of_the_values(text: str) -> None:
    folded = _passed(text)
    passed = "\n".join(folded.lines)
    for kind, to in WRITERS.items():
        assert getattr(folded, kind)(written(passed, to)) == written(text, to)


def test_what_a_figure_shows_passes_as_a_sign_and_is_written_for_paper_as_it_is() -> None:
    folded = _passed(TEXTS[1])
    assert len(folded.lines[0]) < len(TEXTS[1]) - len(ALT)
    value = ALT.partition('"')[2]
    sign = folded.lines[0].partition('fig-alt="')[2][0]
    assert folded.typst(f'alt: "{sign}"') == f'alt: "{value}'


def test_values_with_signs_of_their_own_and_code_stay() -> None:
    for text in TEXTS[3:4] + TEXTS[5:]:
        assert "\n".join(_passed(text).lines) == text
