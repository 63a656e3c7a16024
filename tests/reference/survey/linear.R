# Linear statistics, post-stratification and raking on the data sets of R's survey package.
# Run from tests/reference/survey: Rscript linear.R   (writes linear.json and data/*.csv)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
data(api); data(fpc); data(mu284); data(nhanes)

keep <- c("cds","stype","snum","dnum","sname","api00","api99","enroll","meals","ell","mobility","awards",
          "sch.wide","comp.imp","both","cname","emer","col.grad","full","api.stu","avg.ed","pw","fpc","fpc1","fpc2")
for (n in c("apistrat","apiclus1","apiclus2","apisrs")) {
  x <- get(n); export(x[, intersect(keep[-5], names(x))], n)
}
export(fpc, "fpc"); export(mu284, "mu284"); export(nhanes, "nhanes")

dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
dclus1 <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
dclus2 <- svydesign(id=~dnum+snum, fpc=~fpc1+fpc2, data=apiclus2)
dsrs   <- svydesign(id=~1, weights=~pw, data=apisrs, fpc=~fpc)
dwr    <- svydesign(id=~dnum, weights=~pw, data=apiclus2)
designs <- list(apistrat=dstrat, apiclus1=dclus1, apiclus2=dclus2, apisrs=dsrs, apiclus2_wr=dwr)

for (n in names(designs)) {
  d <- designs[[n]]
  record_stat(paste0(n, ".mean"), svymean(~api00+api99, d, deff="replace"))
  record_stat(paste0(n, ".total"), svytotal(~api00+enroll, d, na.rm=TRUE, deff="replace"))
  record_stat(paste0(n, ".share"), svymean(~stype, d, deff="replace"))
  r <- svyratio(~api.stu, ~enroll, d, na.rm=TRUE, deff="replace")
  record(paste0(n, ".ratio"), list(estimate=unname(coef(r)), se=unname(SE(r)), deff=as.vector(deff(r))))
  record(paste0(n, ".degf"), degf(d))
  b <- svyby(~api00, ~stype, d, svymean, deff="replace", covmat=TRUE)
  record(paste0(n, ".by_stype"), list(estimate=unname(coef(b)), se=unname(SE(b)), deff=b[["DEff.api00"]],
    cov=unname(vcov(b)), df=sapply(levels(apistrat$stype), function(s) degf(subset(d, stype==s)))))
  con <- svycontrast(b, list(EH=c(E=1,H=-1), odd=c(E=.5,H=.25,M=-.75)))
  record(paste0(n, ".contrast"), list(estimate=unname(coef(con)), se=unname(SE(con))))
  bt <- svyby(~enroll, ~stype, d, svytotal, na.rm=TRUE, deff="replace")
  record(paste0(n, ".by_total"), list(estimate=unname(coef(bt)), se=unname(SE(bt)), deff=bt[["DEff.enroll"]]))
  sub <- subset(d, sch.wide=="Yes")
  record_stat(paste0(n, ".where"), svymean(~api00, sub, deff="replace"))
  for (m in c("logit","asin","beta","mean")) {
    ci <- svyciprop(~I(comp.imp=="Yes"), d, method=m)
    record(paste0(n, ".ciprop_", m), as.vector(attr(ci, "ci")))
  }
  ci <- confint(svymean(~api00, d), df=degf(d))
  record(paste0(n, ".confint"), as.vector(ci))
}

# post-stratification and raking
pop.stype <- data.frame(stype=c("E","H","M"), Freq=c(4421,755,1018))
pop.sch <- data.frame(sch.wide=c("No","Yes"), Freq=c(1072,5122))
pop.joint <- as.data.frame(xtabs(~stype+sch.wide, data=apipop), stringsAsFactors=FALSE)
export(pop.joint, "apipop_stype_schwide")
tight <- list(maxit=500, epsilon=1e-11)
for (n in c("apistrat","apiclus1","apiclus2")) {
  d <- designs[[n]]
  ps <- postStratify(d, ~sch.wide, pop.sch)
  rk <- rake(d, list(~stype, ~sch.wide), list(pop.stype, pop.sch), control=tight)
  rk2 <- tryCatch(rake(d, list(~stype+sch.wide, ~both), list(pop.joint, data.frame(both=c("No","Yes"), Freq=c(1735,4459))), control=tight), error=function(e) NULL)
  cr <- calibrate(d, list(~stype, ~sch.wide), list(pop.stype, pop.sch), calfun="raking", epsilon=1e-12, maxit=200)
  for (k in c("ps","rk","rk2","cr")) {
    a <- get(k); if (is.null(a)) next
    record(paste0(n, ".", k, ".weights"), unname(weights(a))[1:20])
    record_stat(paste0(n, ".", k, ".mean"), svymean(~api00+api99, a))
    record_stat(paste0(n, ".", k, ".total"), svytotal(~api00, a))
    b <- svyby(~api00, ~stype, a, svymean)   # covmat=TRUE fails on calibrated designs in survey 4.1-1
    record(paste0(n, ".", k, ".by"), list(estimate=unname(coef(b)), se=unname(SE(b))))
    a <- update(a, yE=api00*(stype=="E"), yH=api00*(stype=="H"), E=1*(stype=="E"), H=1*(stype=="H"))
    r <- svyratio(~yE+yH, ~E+H, a, covmat=TRUE)
    v <- r$vcov[c(1,4), c(1,4)]
    record(paste0(n, ".", k, ".contrast"), list(estimate=unname(r$ratio[1,1]-r$ratio[2,2]),
      se=sqrt(v[1,1]+v[2,2]-2*v[1,2])))
  }
}

# the small fpc data, each way of declaring it, and the two-stage mu284
dw <- svydesign(id=~psuid, strata=~stratid, weights=~weight, data=fpc, nest=TRUE)
df <- svydesign(id=~psuid, strata=~stratid, weights=~weight, data=fpc, fpc=~Nh, nest=TRUE)
record_stat("fpc.wr.total", svytotal(~x, dw)); record_stat("fpc.wr.mean", svymean(~x, dw))
record_stat("fpc.fpc.total", svytotal(~x, df)); record_stat("fpc.fpc.mean", svymean(~x, df))
record("fpc.wr.domain", {s <- svymean(~x, subset(dw, x > 4)); list(estimate=unname(coef(s)), se=unname(SE(s)))})
dmu <- svydesign(id=~id1+id2, fpc=~n1+n2, data=mu284)
record_stat("mu284.total", svytotal(~y1, dmu)); record_stat("mu284.mean", svymean(~y1, dmu))
record("mu284.weights", unname(weights(dmu)))

# nhanes: strata and PSU labels that start again in every stratum, missing outcomes
dn <- svydesign(id=~SDMVPSU, strata=~SDMVSTRA, weights=~WTMEC2YR, nest=TRUE, data=nhanes)
record_stat("nhanes.mean", svymean(~HI_CHOL, dn, na.rm=TRUE, deff="replace"))
b <- svyby(~HI_CHOL, ~race+RIAGENDR, dn, svymean, na.rm=TRUE, deff="replace")
record("nhanes.by", list(estimate=unname(coef(b)), se=unname(SE(b)), deff=b[["DEff.HI_CHOL"]]))
b <- svyby(~HI_CHOL, ~agecat, dn, svytotal, na.rm=TRUE)
record("nhanes.by_total", list(estimate=unname(coef(b)), se=unname(SE(b))))
record("nhanes.degf", degf(dn))
save_quantities("linear.json")
