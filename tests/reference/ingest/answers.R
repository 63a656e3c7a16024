# Writes answers.sas7bdat (gzipped afterwards): the table of tests/ingest/readers/test_round_trip.py, with the special
# missing values .A and .Z. haven 2.5.1.
library(haven)
answers <- data.frame(
  ID = c("Q1", "Q2", "Q3", "Q4", "Q5"),
  Q = c(1, 2, 9, NA, 1),
  QL = c("Tout à fait", "Plutôt", "Refus", "", "Tout à fait"),
  N = c(1.5, 0, 2.25, NA, 1e6),
  JOUR = as.Date(c("2003-11-17", "2003-12-01", NA, "2003-12-12", "2003-11-17")),
  TXT = c("Été à Ploërmel", "œuvre, 20 €", "", "a;b", "\"dit-il\""),
  M = c(1, tagged_na("A"), 2, tagged_na("Z"), 1)
)
attr(answers$Q, "label") <- "Satisfaction"
write_sas(answers, "answers.sas7bdat")
