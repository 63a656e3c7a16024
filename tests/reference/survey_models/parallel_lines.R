# Slopes of every cut of an ordinal outcome and Wald tests that they are equal. The binary regressions are fitted at
# once on stacked rows, one copy of the sample a cut, rows of a person kept in the person's primary unit: svyglm then
# gives the covariance of all slopes. Beside it Brant's (1990) own covariance, from the formulas of the paper.
# Run here: Rscript parallel_lines.R (writes parallel_lines.json)
suppressMessages({library(survey); library(MASS); library(jsonlite)})
source("record.R")
w <- read.csv("data/waves.csv")
w$y <- as.integer(factor(w$content, levels=c("not","little","rather","very")))

wald <- function(b, v, p, cuts) {
  d <- kronecker(cbind(-1, diag(cuts - 1)), diag(p))
  one <- function(d) drop(t(d %*% b) %*% solve(d %*% v %*% t(d), d %*% b))
  c(one(d), sapply(seq_len(p), function(j) one(d[seq(j, nrow(d), p), , drop=FALSE])))
}
stacked <- function(name, formula, v, cuts, ids, strata, weights) {
  x <- model.matrix(formula, v)[, -1, drop=FALSE]; p <- ncol(x)
  copies <- do.call(rbind, lapply(seq_len(cuts), function(k) {
    s <- v; s$above <- as.integer(v$y > k); s$cut <- k
    block <- matrix(0, nrow(v), cuts*(p + 1)); block[, (k - 1)*(p + 1) + seq_len(p + 1)] <- cbind(1, x)
    s$block <- block; s
  }))
  d <- svydesign(ids=ids, strata=strata, weights=weights, data=copies)
  m <- svyglm(above ~ block - 1, d, family=quasibinomial(), control=glm.control(epsilon=1e-14, maxit=100))
  kept <- as.vector(sapply(seq_len(cuts), function(k) (k - 1)*(p + 1) + 1 + seq_len(p)))
  record(paste0(name, ".slopes"), coef(m)[kept]); record(paste0(name, ".se"), SE(m)[kept])
  record(paste0(name, ".wald"), wald(coef(m)[kept], vcov(m)[kept, kept], p, cuts))
  record(paste0(name, ".degf"), degf(d))
}
stacked("waves", ~age+sex+kind, w, 3, ~space, ~stratum, ~weight)

brant <- function(name, formula, v, cuts) {
  X <- model.matrix(formula, v); p <- ncol(X) - 1
  fits <- lapply(seq_len(cuts), function(k) glm(as.integer(v$y > k) ~ X - 1, family=binomial, control=glm.control(epsilon=1e-14)))
  f <- lapply(fits, fitted)
  inner <- function(k, l) solve(crossprod(X, (f[[max(k, l)]]*(1 - f[[min(k, l)]]))*X))
  cross <- function(k, l) crossprod(X, (f[[max(k, l)]]*(1 - f[[min(k, l)]]))*X)
  v <- do.call(rbind, lapply(seq_len(cuts), function(k) do.call(cbind, lapply(seq_len(cuts), function(l)
    (inner(k, k) %*% cross(k, l) %*% inner(l, l))[-1, -1]))))
  record(paste0(name, ".slopes"), unlist(lapply(fits, function(m) coef(m)[-1])))
  record(paste0(name, ".wald"), wald(unlist(lapply(fits, function(m) coef(m)[-1])), v, p, cuts))
}
h <- MASS::housing[rep(seq_len(nrow(MASS::housing)), MASS::housing$Freq), ]; h$y <- as.integer(h$Sat)
h$Infl <- factor(h$Infl, ordered=FALSE); h$Cont <- factor(h$Cont, ordered=FALSE)
brant("housing", ~Infl+Type+Cont, h, 2)
save_quantities("parallel_lines.json")
