"""Attendance: sign-in sheets and activity exports become the monthly counts that weighting and analysis read."""
