# Jackknife with and without corrections, balanced half-samples, supplied replicate weights, calibrated replicates.
# Run from tests/reference/survey: Rscript replicates.R   (writes replicates.json and data/*.csv)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
data(api); data(scd)
dclus1 <- svydesign(id=~dnum, weights=~pw, data=apiclus1)
dclus1f <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat)
dstratf <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
pop.stype <- data.frame(stype=c("E","H","M"), Freq=c(4421,755,1018))
pop.sch <- data.frame(sch.wide=c("No","Yes"), Freq=c(1072,5122))
tight <- list(maxit=500, epsilon=1e-11)
all_of <- function(key, r) {
  record_stat(paste0(key, ".mean"), svymean(~api00+api99, r)); record_stat(paste0(key, ".total"), svytotal(~api00, r))
  b <- svyby(~api00, ~stype, r, svymean); record(paste0(key, ".by"), list(estimate=unname(coef(b)), se=unname(SE(b))))
  q <- svyratio(~api.stu, ~enroll, r, na.rm=TRUE); record(paste0(key, ".ratio"), list(estimate=as.vector(coef(q)), se=as.vector(SE(q))))
  v <- svyvar(~api00, r); record(paste0(key, ".var"), list(estimate=as.vector(coef(v))[1], se=sqrt(as.vector(vcov(v))[1])))
}
reps <- list(jk1=as.svrepdesign(dclus1, type="JK1"), jk1_fpc=as.svrepdesign(dclus1f, type="JK1"),
  jkn=as.svrepdesign(dstrat, type="JKn"), jkn_fpc=as.svrepdesign(dstratf, type="JKn"),
  jk1_mse=as.svrepdesign(dclus1f, type="JK1", mse=TRUE))
for (n in names(reps)) {
  all_of(n, reps[[n]]); record(paste0(n, ".degf"), degf(reps[[n]]))
  k <- rake(reps[[n]], list(~stype, ~sch.wide), list(pop.stype, pop.sch), control=tight)
  all_of(paste0(n, ".rake"), k)
}
p <- postStratify(reps$jk1_fpc, ~stype, pop.stype); all_of("jk1_fpc.post", p)
g <- calibrate(reps$jk1_fpc, ~stype+api99, c(`(Intercept)`=6194, stypeH=755, stypeM=1018, api99=3914069)); all_of("jk1_fpc.greg", g)
# two units a stratum: balanced half-samples; totals do not depend on the Hadamard matrix
export(scd, "scd")
ds <- svydesign(id=~ambulance, strata=~ESA, data=scd, weights=~rep(1, 6), nest=TRUE)
for (k in c("BRR","Fay")) {
  r <- as.svrepdesign(ds, type=k, fay.rho=if (k == "Fay") 0.3 else 0)
  record_stat(paste0("scd.", k, ".total"), svytotal(~alive+arrests, r)); record_stat(paste0("scd.", k, ".mean"), svymean(~alive, r))
}
# supplied weights: a bootstrap of apiclus1 written out
set.seed(7)
b <- as.svrepdesign(dclus1, type="subbootstrap", replicates=40, compress=FALSE)
w <- weights(b, "analysis"); colnames(w) <- paste0("rep", 1:40)
export(cbind(apiclus1[, c("dnum","stype","pw","api00","api99","api.stu","enroll")], w), "apiclus1_boot")
s <- svrepdesign(data=apiclus1, weights=~pw, repweights=w, type="other", scale=1/39, rscales=rep(1, 40), combined.weights=TRUE)
all_of("boot", s); record("boot.degf", degf(s))
q <- svyquantile(~api00, s, c(0.25, 0.5, 0.75), interval.type="quantile")$api00
record("boot.quantile", list(estimate=unname(q[,1]), se=unname(q[,4])))
m <- svrepdesign(data=apiclus1, weights=~pw, repweights=w, type="other", scale=1/39, rscales=rep(1, 40), mse=TRUE)
all_of("boot_mse", m)
save_quantities("replicates.json")
