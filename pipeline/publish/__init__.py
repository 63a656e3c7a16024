"""What becomes of statements and figures: documents, the data annex beside them, pages and PDFs."""
