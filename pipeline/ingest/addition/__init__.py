"""Next year: files added to an evaluation that stands, its declarations extended and never rewritten."""
