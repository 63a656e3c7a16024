# The simulated evaluation (make_evaluation.py): two-stage samples of visits, raked, persons through y / links.
# Run from tests/reference/survey: Rscript evaluation.R   (writes evaluation.json)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
x <- read.csv("data/evaluation.csv"); m <- read.csv("data/evaluation_margins.csv")
x$stratum <- factor(x$stratum); x$age <- factor(x$age)
x$ys <- x$y / x$links; x$ws <- x$wants / x$links; x$one <- 1 / x$links
tab <- function(name) { t <- m[m$margin == name, ]; setNames(data.frame(t$category, t$total), c(name, "Freq")) }
for (wave in c(2003, 2006)) {
  d <- svydesign(id=~space+day, strata=~stratum, fpc=~spaces+days, weights=~weight, data=subset(x, wave == get("wave", 1)), nest=TRUE)
  k <- calibrate(d, list(~stratum, ~age), list(tab("stratum"), tab("age")), calfun="raking", epsilon=1e-13, maxit=500)
  for (n in c("base","raked")) {
    a <- if (n == "base") d else k; key <- paste0(wave, ".", n)
    record_stat(paste0(key, ".visits"), svymean(~y+wants, a))
    record_stat(paste0(key, ".visit_totals"), svytotal(~y+wants, a))
    r <- svyratio(~ys+ws, ~one, a); record(paste0(key, ".persons"), list(estimate=as.vector(coef(r)), se=as.vector(SE(r))))
    record_stat(paste0(key, ".person_totals"), svytotal(~ys+one, a))
    e <- s <- c(); for (g in levels(x$age)) { r <- svyratio(~ws, ~one, subset(a, age == g)); e <- c(e, coef(r)); s <- c(s, SE(r)) }
    record(paste0(key, ".by_age"), list(estimate=unname(e), se=unname(s)))
    record(paste0(key, ".logit"), as.vector(attr(svyciprop(~wants, a, df=degf(a)), "ci")))
    q <- svyquantile(~y, a, c(0.25, 0.5, 0.75), df=degf(a))$y
    record(paste0(key, ".quantile"), list(estimate=unname(q[,1]), lower=unname(q[,2]), upper=unname(q[,3])))
  }
  record(paste0(wave, ".raked.weights"), unname(weights(k))[1:40])
}
# both waves as one sample of spaces, with replacement
s <- svydesign(id=~space, strata=~stratum, weights=~weight, data=x, nest=TRUE)
b <- svyby(~y+wants, ~wave, s, svymean, covmat=TRUE)
record("stack.by_wave", list(estimate=unname(coef(b)), se=unname(SE(b)), cov=unname(vcov(b))))
b <- svyby(~wants, ~wave+age, s, svymean, covmat=TRUE); v <- vcov(b); n <- names(coef(b))
L <- t(sapply(levels(x$age), function(g) (n == paste0("2006.", g)) - (n == paste0("2003.", g))))
record("stack.shift_by_age", list(estimate=as.vector(L %*% coef(b)), se=sqrt(diag(L %*% v %*% t(L)))))
save_quantities("evaluation.json")
