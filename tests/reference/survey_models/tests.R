# Tests of association, of means, of ranks, of trend; adjusted p-values. Run here: Rscript tests.R (writes tests.json)
suppressMessages({library(survey); library(jsonlite)})
source("record.R")
w <- waves_sample()
write.csv(w, "data/waves.csv", row.names=FALSE)
w <- read.csv("data/waves.csv")
w$content <- factor(w$content, levels=c("not","little","rather","very"))
w$wavef <- factor(w$wave)
apistrat <- shared("apistrat"); apiclus1 <- shared("apiclus1"); apiclus2 <- shared("apiclus2"); nhanes <- shared("nhanes")
# ranks without ties, because svyranktest orders tied rows by their place in the file
untie <- function(d) { d$api00u <- d$api00 + (seq_len(nrow(d)) * 37 %% 101) / 1e5; d }
apistrat <- untie(apistrat); apiclus2 <- untie(apiclus2); apiclus1 <- untie(apiclus1)
dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
dclus1 <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc)
dclus2 <- svydesign(id=~dnum+snum, fpc=~fpc1+fpc2, data=apiclus2)
dnh <- svydesign(id=~SDMVPSU, strata=~SDMVSTRA, weights=~WTMEC2YR, nest=TRUE, data=nhanes)
dnh <- subset(dnh, !is.na(HI_CHOL))
dwav <- svydesign(id=~space, strata=~stratum, weights=~weight, data=w)
pop <- data.frame(sex=c("F","M"), Freq=c(13000, 12000))
dpost <- postStratify(dwav, ~sex, pop)

chi <- function(name, f, d) for (s in c("F","Chisq","Wald","adjWald")) {
  t <- suppressWarnings(svychisq(f, d, statistic=s))
  record(paste(name, s, sep="."), c(t$statistic, t$parameter, t$p.value))
}
chi("strat.chi", ~sch.wide+stype, dstrat)
chi("clus1.chi", ~sch.wide+stype, dclus1)
chi("clus2.chi", ~awards+stype, dclus2)
chi("nhanes.chi", ~HI_CHOL+agecat, dnh)
chi("waves.chi", ~content+kind, dwav)
chi("waves.domain.chi", ~content+wavef, subset(dwav, age >= 40))
chi("post.chi", ~means+helped, dpost)

tt <- function(name, t) record(name, c(t$statistic, t$parameter, t$p.value, t$estimate, t$conf.int))
tt("strat.t", svyttest(api00~sch.wide, dstrat))
tt("clus1.t", svyttest(api00~comp.imp, dclus1))
tt("clus2.t", svyttest(enroll~comp.imp, dclus2))
tt("waves.t", svyttest(score~wavef, dwav))
tt("waves.domain.t", svyttest(score~sex, subset(dwav, kind != "study")))
tt("post.t", svyttest(spent~sex, dpost))
tt("strat.one", svyttest(I(api00-650)~0, dstrat))
tt("clus2.paired", svyttest(I(api00-api99)~0, dclus2))
tt("post.one", svyttest(spent~0, dpost))

names <- c(KruskalWallis="kruskal_wallis", vanderWaerden="van_der_waerden", median="median")
for (s in names(names)) {
  two <- function(f, d) { t <- svyranktest(f, d, test=s); c(t$statistic, t$parameter, t$p.value, t$estimate) }
  many <- function(f, d) { t <- svyranktest(f, d, test=s); c(t$parameter, t$statistic, t$ddf, t$p.value) }
  record(paste0("strat.rank2.", names[[s]]), two(api00u~sch.wide, dstrat))
  record(paste0("clus2.rank2.", names[[s]]), two(api00u~awards, dclus2))
  record(paste0("waves.rank2.", names[[s]]), two(score~sex, dwav))
  record(paste0("clus2.rank3.", names[[s]]), many(api00u~stype, dclus2))
  record(paste0("waves.rank3.", names[[s]]), many(score~kind, subset(dwav, wave == 2006)))
}

# trend: the covariance of the outcome and the score over its linearised standard error
tr <- function(name, f, d) {
  v <- svyvar(f, d); s <- sqrt(attr(v, "var")[2, 2]); t <- v[1, 2] / s
  record(name, c(t, degf(d), 2*pt(-abs(t), degf(d))))
}
w$rank <- as.numeric(w$content)
dwav <- update(dwav, rank=w$rank); dpost <- update(dpost, rank=w$rank)
tr("waves.trend", ~helped+rank, dwav)
tr("post.trend", ~helped+rank, dpost)
nhanes$age <- as.numeric(factor(nhanes$agecat, levels=c("(0,19]","(19,39]","(39,59]","(59,Inf]")))
dna <- subset(svydesign(id=~SDMVPSU, strata=~SDMVSTRA, weights=~WTMEC2YR, nest=TRUE, data=nhanes), !is.na(HI_CHOL))
tr("nhanes.trend", ~HI_CHOL+age, dna)
# with equal weights and no clusters X2 is that of Cochran and Armitage
tab <- table(w$helped, w$rank)
record("plain.trend", prop.trend.test(tab[2,], colSums(tab), 1:4)$statistic)

p <- c(0.01, 0.04, 0.03, 0.005, 0.2, 0.04, 1, 0.0001)
record("p", p); record("holm", p.adjust(p, "holm")); record("bh", p.adjust(p, "BH"))
save_quantities("tests.json")
