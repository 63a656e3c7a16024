"""What a site holds besides prose: labels, blocks of documents, the data annex, the codebook, the research file."""
