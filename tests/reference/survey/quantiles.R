# Quantiles (every rule and interval), variances, correlations, likelihood intervals.
# Run from tests/reference/survey: Rscript quantiles.R   (writes quantiles.json)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
data(api)
dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
dclus1 <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
dclus2 <- svydesign(id=~dnum+snum, fpc=~fpc1+fpc2, data=apiclus2)
designs <- list(apistrat=dstrat, apiclus1=dclus1, apiclus2=dclus2)
p <- c(0.1, 0.25, 0.5, 0.75, 0.9)
rules <- c("math","school","hf1","hf2","hf3","hf4","hf5","hf6","hf7","hf8","hf9")
for (n in names(designs)) {
  d <- designs[[n]]
  for (r in rules) {
    q <- svyquantile(~api00, d, p, qrule=r, df=degf(d))
    record(paste0(n, ".rule.", r), unname(q$api00[, 1]))
  }
  for (i in c("mean","beta","xlogit","asin")) {
    q <- svyquantile(~api00, d, p, interval.type=i, df=degf(d))$api00
    record(paste0(n, ".interval.", i), list(estimate=unname(q[,1]), lower=unname(q[,2]), upper=unname(q[,3]), se=unname(q[,4])))
  }
  b <- svyby(~api00, ~stype, d, svyquantile, quantiles=0.5, ci=TRUE)
  record(paste0(n, ".by"), unname(b[, 2]))
  v <- svyvar(~api00, d); record(paste0(n, ".var"), list(estimate=as.vector(coef(v)), se=as.vector(SE(v))))
  b <- svyby(~api00, ~stype, d, svyvar); record(paste0(n, ".var_by"), list(estimate=unname(coef(b)), se=unname(SE(b))))
  vm <- svyvar(~api00+api99, d)
  names(attributes(vm))
  e <- list(a=vm[1,1], b=vm[2,2], c=vm[1,2])
  V <- attr(vm, "var")[c(1,4,2), c(1,4,2)]
  g <- c(-e$c/(2*e$a^1.5*e$b^.5), -e$c/(2*e$b^1.5*e$a^.5), 1/sqrt(e$a*e$b))
  record(paste0(n, ".cor"), list(estimate=e$c/sqrt(e$a*e$b), se=sqrt(drop(t(g) %*% V %*% g))))
  ci <- svyciprop(~I(comp.imp=="Yes"), d, method="likelihood")
  record(paste0(n, ".likelihood"), as.vector(attr(ci, "ci")))
}
ps <- postStratify(dclus1, ~sch.wide, data.frame(sch.wide=c("No","Yes"), Freq=c(1072,5122)))
q <- svyquantile(~api00, ps, p, df=degf(ps))$api00
record("post.interval.mean", list(estimate=unname(q[,1]), lower=unname(q[,2]), upper=unname(q[,3]), se=unname(q[,4])))
v <- svyvar(~api00, ps); record("post.var", list(estimate=as.vector(coef(v)), se=as.vector(SE(v))))
save_quantities("quantiles.json")
