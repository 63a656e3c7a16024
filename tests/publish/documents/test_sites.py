"""The page that leads to several sites: a title is text whatever stands in it, only documents that exist are linked."""

from __future__ import annotations

from pipeline.publish.documents.sites import Site, sites_page

SAID = {"title": "Sites", "intro": "Each has its own.", "edition": "edition"}
SITE = Site("mine/en", "A <b> & co", "Somebody", 2006, "synthetic data", {"brief": "Brief"}, "en")


def test_titles_are_text_and_links_lead_to_the_documents_of_the_language() -> None:
    page = sites_page([SITE], SAID, "en", "", {"index.html": "Autre"})
    assert '<a href="index.html">Autre</a>' in page
    assert "A &lt;b&gt; &amp; co" in page
    assert 'href="mine/en/index.html"' in page
    assert 'href="mine/en/brief.html">Brief' in page
    assert "report.html" not in page
    assert "Somebody · edition 2006 · synthetic data" in page


def test_a_site_in_another_language_says_so() -> None:
    assert '<section lang="en">' in sites_page([SITE], SAID, "fr", "")
    assert "<section>" in sites_page([SITE], SAID, "en", "")
