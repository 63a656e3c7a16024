"""From staged Quarto documents to accessible HTML and PDF: two renderers, one subset."""
