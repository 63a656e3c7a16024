"""Every page in a browser: axe-core finds nothing, light or dark, wide or narrow; keys reach all that they should.

The miniature's pages, and those of the sites that ``PIPELINE_SITES`` names, parted by blanks: folders that were built
before (``make test-browser SITES="$(echo reports/_site/*/)"``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: WCAG 1.4.12: what a reader may set without losing content.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
SCROLLED = "document.documentElement.scrollWidth"
IN_SIGHT = """() => [...document.querySelectorAll("a[href]")]
  .filter(e => e.checkVisibility()).map(e => e.getAttribute("href"))"""
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return [e.tagName, e.getAttribute("href") || "", style.outlineStyle, box.right > 0 && box.bottom > 0];
}"""


#: Sites that were built before, whose pages are tried too.
FURTHER = os.environ.get("PIPELINE_SITES", "").split()
#: How many sheets of territories of a site are tried: they are made alike.
SHEETS = 2


@pytest.fixture(scope="module")
def site(built: Path) -> Path:
    return built / "reports" / "_site" / "miniature"


@pytest.fixture(scope="module", params=["miniature", *FURTHER])
def each_site(request: pytest.FixtureRequest, site: Path) -> Path:
    return site if request.param == "miniature" else Path(request.param).resolve()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def pages(site: Path) -> list[Path]:
    """Return the pages of a site in all its languages, of its sheets the first."""
    found = sorted(path for path in site.rglob("*.html") if "editions" not in path.relative_to(site).parts)
    sheets = [path for path in found if path.parent.name == "territories" and path.stem != "index"]
    return [path for path in found if path not in sheets[SHEETS:]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_best_practices_included(each_site: Path, page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found: dict[str, list[str]] = {}
    for path in pages(each_site):
        page.goto(path.as_uri())
        violations = Axe().run(page).response["violations"]
        found |= {
            f"{path.relative_to(each_site)} {v['id']}": [n["html"][:200] for n in v["nodes"][:3]] for v in violations
        }
    assert found == {}


def test_nothing_scrolls_sideways_on_a_phone_even_with_the_spacing_that_a_reader_may_set(
    each_site: Path, page: Page
) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    too_wide = {}
    for path in pages(each_site):
        page.goto(path.as_uri())
        page.add_style_tag(content=SPACED)
        too_wide[str(path.relative_to(each_site))] = page.evaluate(SCROLLED)
    assert {name: width for name, width in too_wide.items() if width > 320} == {}


def test_keys_alone_reach_the_content_first_then_every_link_in_sight(site: Path, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto((site / "index.html").as_uri())
    links = page.evaluate(IN_SIGHT)
    met = []
    for _ in range(len(links)):
        page.keyboard.press("Tab")
        tag, href, outline, seen = page.evaluate(FOCUSED)
        if tag == "A":
            met.append(href)
            assert outline != "none", href
            assert seen, href
    assert met[0] == "#contenu"
    assert met == links[: len(met)]
    assert len(met) >= 10
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_a_number_tells_its_interval_and_identifier_to_the_keyboard_and_the_pointer(site: Path, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto((site / "report.html").as_uri())
    stops = page.locator("main .number[tabindex='0']")
    # one a section, not one a number: hundreds of stops would bury the links
    assert 0 < stops.count() < page.locator("main .number").count() / 3
    first = page.locator("main .number[data-about]").first
    first.focus()
    assert (
        page.locator("#tip").inner_text().split()
        == " ".join((first.get_attribute("data-about") or "", first.get_attribute("data-result") or "")).split()
    )
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.matches('main .number')")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "tip"
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    first.hover()
    assert page.locator("#tip").is_visible()


def test_search_finds_words_without_accents_and_leads_to_pages(site: Path, page: Page) -> None:
    page.goto((site / "search.html").as_uri() + "?q=frequentation")
    shown = page.locator(".content li:not([hidden]) a")
    assert 0 < shown.count() < page.locator(".content li").count()
    assert all("fréquentation" in text.lower() for text in shown.all_inner_texts())
    shown.first.click()
    assert page.url.startswith((site / "report.html").as_uri())


def test_what_lies_behind_a_figure_unfolds_and_its_files_are_there(site: Path, page: Page) -> None:
    page.goto((site / "report.html").as_uri())
    behind = page.locator("details.behind").first
    behind.locator("summary").click()
    assert behind.locator("tbody tr").count() > 1
    files = behind.locator("a:not(.permalink)").all()
    assert [Path(link.get_attribute("href") or "").suffix for link in files] == [".csv", ".png", ".svg"]
    assert all((site / (link.get_attribute("href") or "")).is_file() for link in files)
