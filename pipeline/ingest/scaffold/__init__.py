"""A first evaluation from received files: what each file is, what its columns mean, and what to ask of them."""
