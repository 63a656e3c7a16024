"""``python -m benchmarks`` runs every side-by-side timing; the coverage study is ``python -m benchmarks.coverage``."""

from benchmarks import survey, survey_models, survey_r

survey.main()
survey_models.main()
survey_r.main()
