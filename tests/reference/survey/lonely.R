# Strata with one unit, in the sample and in domains, under every option.
# Run from tests/reference/survey: Rscript lonely.R   (writes lonely.json and data/lonely.csv)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
set.seed(4)
x <- data.frame(h=rep(c("a","b","c","d"), c(12,3,10,8)), psu=c(rep(1:4, each=3), rep(5,3), rep(6:10, each=2), rep(11:14, each=2)))
x$w <- round(runif(nrow(x), 1, 5), 3); x$y <- round(rnorm(nrow(x), 10, 3), 3)
x$g <- ifelse(x$psu %in% c(1,6,7,12), "u", ifelse(x$psu == 5 | x$psu > 12, "v", sample(c("u","v","z"), nrow(x), TRUE)))
x$g[x$h == "a" & x$psu > 1] <- "v"
x$N <- c(a=9, b=7, c=15, d=20)[x$h]
export(x, "lonely")
for (o in c("remove","certainty","adjust","average")) for (dom in c(FALSE, TRUE)) for (f in c("wr","fpc")) {
  options(survey.lonely.psu=o, survey.adjust.domain.lonely=dom)
  d <- if (f == "wr") svydesign(id=~psu, strata=~h, weights=~w, data=x) else svydesign(id=~psu, strata=~h, weights=~w, fpc=~N, data=x)
  key <- paste(o, dom, f, sep=".")
  record_stat(paste0(key, ".mean"), svymean(~y, d)); record_stat(paste0(key, ".total"), svytotal(~y, d))
  b <- suppressWarnings(svyby(~y, ~g, d, svymean)); record(paste0(key, ".by"), list(estimate=unname(coef(b)), se=unname(SE(b))))
  b <- suppressWarnings(svyby(~y, ~g, d, svytotal)); record(paste0(key, ".by_total"), list(estimate=unname(coef(b)), se=unname(SE(b))))
}
save_quantities("lonely.json")
