"""Survey tools: how LimeSurvey and KoboToolbox name columns, write answers and describe questionnaires."""
