"""The page that leads to the sites of several evaluations, in one language: what each is about, its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

#: Documents that the page leads to beside the home of a site, in order, where the site has them.
SHOWN = ("brief", "report", "methods")


@dataclass(frozen=True)
class Site:
    """A published site as the page tells it.

    folder : from the page to the site in the language, ``miniature`` or ``miniature/en``.   lang : of the texts here.
    note : what must be said of all its numbers, empty where nothing must.   documents : name of a page -> its text.
    """

    folder: str
    title: str
    commissioned_by: str
    edition: int
    note: str
    documents: Mapping[str, str]
    lang: str


def sites_page(
    sites: Sequence[Site], said: Mapping[str, str], lang: str, css: str, others: Mapping[str, str] | None = None
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    said : texts of the page: ``title``, ``intro``, ``edition``.
    others : address -> text that leads to the page in another language.
    css : the stylesheet, embedded so that the page opens from anywhere.
    """
    items = "\n".join(_item(site, said, lang) for site in sites)
    other = "\n".join(f'<p><a href="{escape(to)}">{escape(text)}</a></p>' for to, text in (others or {}).items())
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<title>{escape(said["title"])}</title>\n<link rel="icon" href="data:,">\n<style>\n{css}\n</style>\n</head>\n'
        f'<body class="layout-report">\n<main id="contenu">\n<h1>{escape(said["title"])}</h1>\n'
        f"<p>{escape(said['intro'])}</p>\n{items}\n{other}\n</main>\n</body>\n</html>\n"
    )


def _item(site: Site, said: Mapping[str, str], lang: str) -> str:
    told = [site.commissioned_by, f"{said['edition']} {site.edition}", site.note]
    links = " · ".join(
        f'<a href="{escape(site.folder)}/{name}.html">{escape(text)}</a>' for name, text in site.documents.items()
    )
    spoken = f' lang="{site.lang}"' if site.lang != lang else ""
    return (
        f'<section{spoken}>\n<h2><a href="{escape(site.folder)}/index.html">{escape(site.title)}</a></h2>\n'
        f"<p>{escape(' · '.join(part for part in told if part))}</p>\n<p>{links}</p>\n</section>"
    )
