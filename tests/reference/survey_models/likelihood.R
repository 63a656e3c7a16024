# Proportional odds and multinomial models. svyolr's own covariance rests on a numerical Hessian of BFGS, so the
# score equations are solved again here to full precision and the sandwich is taken from them.
# Run here: Rscript likelihood.R (writes likelihood.json)
suppressMessages({library(survey); library(MASS); library(ordinal); library(nnet); library(jsonlite); library(numDeriv)})
source("record.R")
w <- read.csv("data/waves.csv")
w$content <- factor(w$content, levels=c("not","little","rather","very"), ordered=TRUE)
w$means <- factor(w$means); w$wavef <- factor(w$wave)
apistrat <- shared("apistrat"); apistrat$third <- cut(apistrat$api00, c(0, 580, 720, 1000), ordered_result=TRUE)
dwav <- svydesign(id=~space, strata=~stratum, weights=~weight, data=w)
dpost <- postStratify(dwav, ~sex, data.frame(sex=c("F","M"), Freq=c(13000, 12000)))
dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)

# rows(par): log likelihood of each row; scores(par): its derivatives, one column a parameter
sandwich_of <- function(name, rows, scores, start, d) {
  pw <- weights(d); scaled <- pw/mean(pw)
  stopifnot(max(abs(scores(start) - jacobian(rows, start))) < 1e-6)
  par <- start
  for (i in 1:6) {
    H <- jacobian(function(p) colSums(scaled*scores(p)), par)
    par <- par - solve(H, colSums(scaled*scores(par)))
  }
  H <- jacobian(function(p) colSums(pw*scores(p)), par)
  inf <- scores(par) %*% solve(-H)
  record(paste0(name, ".coef"), par); record(paste0(name, ".vcov"), vcov(svytotal(inf, d)))
  record(paste0(name, ".deviance"), -2*sum(scaled*rows(par)))
}
ordered_rows <- function(X, y, q, cdf) function(par) {
  k <- ncol(X); eta <- drop(X %*% par[1:k]); z <- c(-Inf, par[k+1:q], Inf)
  log(cdf(z[y+1]-eta) - cdf(z[y]-eta))
}
ordered_scores <- function(X, y, q, cdf, pdf) function(par) {
  k <- ncol(X); eta <- drop(X %*% par[1:k]); z <- c(-Inf, par[k+1:q], Inf)
  p <- cdf(z[y+1]-eta) - cdf(z[y]-eta); hi <- pdf(z[y+1]-eta)/p; lo <- pdf(z[y]-eta)/p
  cbind(-(hi-lo)*X, sapply(1:q, function(j) hi*(y==j) - lo*(y==j+1)))
}
ord <- function(name, formula, d, link) {
  v <- d$variables; v$ww <- weights(d)/mean(weights(d))
  a <- clm(formula, data=v, weights=ww, link=link, control=clm.control(gradTol=1e-10))
  b <- svyolr(formula, d, method=c(logit="logistic", probit="probit")[[link]], control=list(reltol=1e-15, maxit=1000))
  X <- model.matrix(formula, v)[, -1, drop=FALSE]; y <- as.integer(v[[as.character(formula[[2]])]]); q <- max(y)-1
  cdf <- list(logit=plogis, probit=pnorm)[[link]]
  pdf <- list(logit=dlogis, probit=dnorm)[[link]]
  sandwich_of(name, ordered_rows(X, y, q, cdf), ordered_scores(X, y, q, cdf, pdf), c(coef(b, intercept=FALSE)[seq_len(ncol(X))], b$zeta), d)
  record(paste0(name, ".clm"), c(a$beta, a$alpha))
  record(paste0(name, ".svyolr"), c(b$coefficients, b$zeta)); record(paste0(name, ".svyolr.se"), SE(b))
  record(paste0(name, ".df"), b$df.residual)
}
ord("waves.logit", content~age+sex+kind, dwav, "logit")
ord("waves.probit", content~age+sex+kind, dwav, "probit")
ord("post.logit", content~age+wavef, dpost, "logit")
ord("strat.logit", third~meals+ell, dstrat, "logit")

multi <- function(name, formula, d) {
  v <- d$variables; v$ww <- weights(d)/mean(weights(d))
  m <- multinom(formula, data=v, weights=ww, trace=FALSE, reltol=1e-16, abstol=1e-16, maxit=2000)
  X <- model.matrix(formula, v); y <- as.integer(v[[as.character(formula[[2]])]]); K <- max(y); p <- ncol(X)
  rows <- function(par) { E <- cbind(0, X %*% matrix(par, p, K-1)); E[cbind(seq_along(y), y)] - log(rowSums(exp(E))) }
  scores <- function(par) {
    E <- exp(cbind(0, X %*% matrix(par, p, K-1))); P <- E/rowSums(E)
    do.call(cbind, lapply(2:K, function(k) ((y==k) - P[, k])*X))
  }
  sandwich_of(name, rows, scores, as.vector(t(coef(m))), d)
  record(paste0(name, ".multinom"), as.vector(t(coef(m))))
  record(paste0(name, ".df"), degf(d))
}
multi("waves.multinomial", means~age+sex+kind, dwav)
multi("post.multinomial", means~age+wavef, dpost)
save_quantities("likelihood.json")
