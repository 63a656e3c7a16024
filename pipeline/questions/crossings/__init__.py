"""What this question declares for the pages; its numbers are made in :mod:`.answer`."""
