# Calibration: every distance, margins with totals, bounds, q weights; and trimming.
# Run from tests/reference/survey: Rscript calibration.R   (writes calibration.json)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
data(api)
dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
dclus1 <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
dclus2 <- svydesign(id=~dnum+snum, fpc=~fpc1+fpc2, data=apiclus2)
designs <- list(apistrat=dstrat, apiclus1=dclus1, apiclus2=dclus2)
pop <- c(`(Intercept)`=6194, stypeH=755, stypeM=1018, api99=3914069)
eps <- 1e-13
cases <- list(
  linear = list(calfun="linear"),
  raking = list(calfun="raking"),
  logit = list(calfun="logit", bounds=c(0.3, 3)),
  truncated = list(calfun="linear", bounds=c(0.5, 2.2)))
bounds2 <- list(apistrat=c(0.7,1.5), apiclus1=c(0.6,1.9), apiclus2=c(0.2,5))
for (n in names(designs)) for (k in names(cases)) {
  args <- c(list(designs[[n]], ~stype+api99, pop, epsilon=eps, maxit=500), cases[[k]])
  if (k == "linear") args$epsilon <- args$maxit <- NULL
  if (k == "logit" && n == "apiclus2") args$bounds <- c(0.2, 5)
  if (k == "truncated" && n == "apiclus2") args$bounds <- c(0.2, 4)
  a <- tryCatch(do.call(calibrate, args), error=function(e) {message(n, k, e); NULL})
  if (is.null(a)) next
  key <- paste0(n, ".", k)
  record(paste0(key, ".weights"), unname(weights(a))[1:25])
  record(paste0(key, ".g"), range(unname(weights(a)/weights(designs[[n]]))))
  record_stat(paste0(key, ".mean"), svymean(~api00+meals, a))
  record_stat(paste0(key, ".total"), svytotal(~enroll, a, na.rm=TRUE))
  b <- svyby(~api00, ~stype, a, svymean)
  record(paste0(key, ".by"), list(estimate=unname(coef(b)), se=unname(SE(b))))
}
# q weights: variance = enroll, no intercept (the ratio estimator) and with margins
x <- subset(apiclus1, !is.na(enroll)); x$inv <- 1/x$enroll; export(x[, c("dnum","pw","fpc","stype","enroll","inv","api.stu","api00")], "apiclus1_enroll")
d <- svydesign(id=~dnum, weights=~pw, data=x, fpc=~fpc)
a <- calibrate(d, ~enroll-1, 3811472, variance=x$enroll)
record_stat("q.ratio", svytotal(~api.stu, a))
a <- calibrate(d, ~stype+enroll, c(`(Intercept)`=6194, stypeH=755, stypeM=1018, enroll=3811472), variance=x$enroll)
record_stat("q.margins", svytotal(~api.stu, a)); record("q.margins.weights", unname(weights(a))[1:25])
# trimming
t1 <- trimWeights(dclus2, upper=60, lower=20); t2 <- trimWeights(dclus2, upper=60, strict=TRUE)
record("trim.once", unname(weights(t1))); record("trim.strict", unname(weights(t2)))
record_stat("trim.mean", svymean(~api00, t1))
# bounds for each unit: schools of one district may not move up much
lo <- rep(0.3, nrow(apiclus1)); up <- ifelse(apiclus1$stype == "E", 1.8, 3)
a <- calibrate(dclus1, ~stype+api99, pop, calfun="logit", bounds=list(lower=lo, upper=up), epsilon=eps, maxit=500)
record("unit_bounds.weights", unname(weights(a))[1:25]); record_stat("unit_bounds.mean", svymean(~api00, a))
# two calibrations in a row: weights only (svyrecvar takes residuals in the order of calibration)
a <- calibrate(calibrate(dclus1, ~stype, pop[1:3]), ~api99, c(`(Intercept)`=6194, api99=3914069))
record("twice.weights", unname(weights(a))[1:25])
save_quantities("calibration.json")
