"""The research file: microdata for other researchers, only when enough people are alike."""
