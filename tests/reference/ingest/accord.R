# Writes accord.sas7bdat (gzipped afterwards): a column whose format stands in a catalogue. haven 2.5.1.
# accord.sas7bcat was written with the C library ReadStat 1.1.9 (readstat_begin_writing_sas7bcat): the format ACCORD,
# 1 "Tout a fait d'accord", 2 "Pas d'accord", 9 "Refus".
library(haven)
answers <- data.frame(ID = c("Q1", "Q2", "Q3", "Q4"), Q = c(1, 2, 9, NA))
attr(answers$Q, "format.sas") <- "ACCORD"
attr(answers$Q, "label") <- "Avis"
write_sas(answers, "accord.sas7bdat")
