# Times R's survey package on the sample that benchmarks/survey_r.py wrote: one line a task, name and processor seconds.
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
frame <- read.csv(file.path(folder, "sample.csv"))
margins <- lapply(paste0("m", 1:5), function(m) read.csv(file.path(folder, paste0(m, ".csv"))))
timed <- function(task, code) {
  seconds <- sum(system.time(code())[c("user.self", "sys.self")])
  cat(task, seconds, sep = "\t", fill = TRUE)
}
design <- svydesign(ids = ~unit, strata = ~stratum, weights = ~w, data = frame, nest = TRUE)
formulas <- lapply(paste0("~", "m", 1:5), as.formula)
timed("raking to five margins", function() raked <<- rake(design, formulas, margins, control = list(epsilon = 1e-3)))
timed("10 means", function() svymean(~y0+y1+y2+y3+y4+y5+y6+y7+y8+y9, raked))
timed("10 means by 10 domains", function() svyby(~y0+y1+y2+y3+y4+y5+y6+y7+y8+y9, ~d10, raked, svymean))
timed("one mean by 100 domains", function() svyby(~y0, ~d100, raked, svymean))
model <- as.formula(paste("hit ~", paste0("z", 0:28, collapse = " + ")))
timed("binomial GLM, 30 columns", function() svyglm(model, design, family = quasibinomial()))
