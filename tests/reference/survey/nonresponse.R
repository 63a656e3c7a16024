# Response propensities by svyglm, and Rubin's rules written out.
# Run from tests/reference/survey: Rscript nonresponse.R   (writes nonresponse.json and data/response.csv)
suppressMessages({library(survey); library(jsonlite)})
source("quantities.R")
data(api); set.seed(12)
x <- apiclus1[, c("dnum","stype","pw","fpc","api00","api99","meals")]
x$responded <- 1 * (runif(nrow(x)) < plogis(0.2 + 0.02*(x$meals-50) + 0.6*(x$stype == "E")))
export(x, "response")
d <- svydesign(id=~dnum, weights=~pw, data=x)
f <- svyglm(responded ~ stype + meals, d, family=quasibinomial(), epsilon=1e-14, maxit=100)
record("propensity", unname(fitted(f)))
# the adjusted mean as a stacked estimating equation: response model and mean solved together
p <- fitted(f); X <- model.matrix(f); w <- x$pw; r <- x$responded
m <- sum(w*r/p*x$api00)/sum(w*r/p)
info <- crossprod(X * (w*p*(1-p)), X)
u <- (x$api00 - m) / sum(w*r/p)
B <- solve(info, colSums(X * (w*r*(1-p)/p*u)))
z <- w*r/p*u - w*(r-p)*drop(X %*% B)
record("propensity.mean", list(estimate=m, se=sqrt(as.vector(survey:::svyrecvar(z, d$cluster, d$strata, d$fpc)))))
# weighting cells by school type, the same way
cell <- x$stype; R <- tapply(w*r, cell, sum); N <- tapply(w, cell, sum)
wa <- w*r*(N/R)[cell]; m <- sum(wa*x$api00)/sum(wa); u <- (x$api00-m)/sum(wa)
ub <- tapply(wa*u, cell, sum)/tapply(wa, cell, sum)
z <- wa*u - (wa - w)*ub[cell]
record("cells.mean", list(estimate=m, se=sqrt(as.vector(survey:::svyrecvar(z, d$cluster, d$strata, d$fpc)))))
# Rubin (1987) and Barnard and Rubin (1999) on five estimates
q <- c(10.2, 10.9, 9.8, 10.4, 11.0); s <- c(1.1, 1.0, 1.2, 1.05, 1.15); com <- 24; k <- length(q)
W <- mean(s^2); B <- var(q); T <- W + (1+1/k)*B; rr <- (1+1/k)*B/W; old <- (k-1)*(1+1/rr)^2
obs <- (com+1)/(com+3)*com*(1-(1+1/k)*B/T); br <- 1/(1/old+1/obs)
record("rubin", list(q=q, s=s, complete=com, estimate=mean(q), se=sqrt(T), rubin=old, barnard_rubin=br,
  lower=mean(q)-qt(.975, br)*sqrt(T)))
save_quantities("nonresponse.json")
