# Fay-Herriot by hand in base R: likelihoods maximised with optimize(), mean squared errors from full matrices.
# Run in this folder: Rscript fay_herriot.R > fay_herriot.json   (R 4.2 or later, no package)
milk <- read.csv("milk.csv")
X <- model.matrix(~ as.factor(major_area), milk)

parts <- function(a, D, X, y) {
  V <- diag(a + D); Vi <- solve(V); Q <- solve(t(X) %*% Vi %*% X)
  P <- Vi - Vi %*% X %*% Q %*% t(X) %*% Vi
  list(Vi = Vi, Q = Q, P = P, beta = Q %*% t(X) %*% Vi %*% y)
}
loglik <- function(a, D, X, y, kind) {
  k <- parts(a, D, X, y)
  l <- -0.5 * sum(log(a + D)) - 0.5 * as.numeric(t(y) %*% k$P %*% y)
  if (kind != "ml") l <- l + 0.5 * as.numeric(determinant(k$Q)$modulus)
  if (kind == "adjusted") l <- l + log(a)
  l
}
fit <- function(y, D, X, kind) {
  if (kind == "moment") {
    gap <- function(a) as.numeric(t(y) %*% parts(a, D, X, y)$P %*% y) - (nrow(X) - ncol(X))
    a <- if (gap(0) <= 0) 0 else uniroot(gap, c(0, 10 * var(y)), tol = 1e-14)$root
  } else {
    best <- optimize(function(la) loglik(exp(la), D, X, y, kind), c(-30, 5), maximum = TRUE, tol = 1e-12)
    a <- exp(best$maximum)
  }
  k <- parts(a, D, X, y)
  m <- length(y)
  Vi <- k$Vi
  gamma <- diag(a * Vi)
  G1 <- diag(a * diag(m) - a * Vi * a)
  B <- diag(m) - a * Vi
  G2 <- diag(B %*% X %*% k$Q %*% t(X) %*% t(B))
  spread <- if (kind == "moment") 2 * m / sum(diag(Vi))^2 else 2 / sum(diag(Vi %*% Vi))
  # derivative of a V^-1 with respect to a, squared through V
  S <- Vi - a * Vi %*% Vi
  G3 <- diag(S %*% diag(a + D) %*% t(S)) * spread
  bias <- 0
  if (kind == "ml") bias <- -sum(diag(k$Q %*% t(X) %*% Vi %*% Vi %*% X)) / sum(diag(Vi %*% Vi))
  if (kind == "moment") bias <- 2 * (m * sum(diag(Vi %*% Vi)) - sum(diag(Vi))^2) / sum(diag(Vi))^3
  list(variance = a, beta = as.numeric(k$beta),
       eblup = as.numeric(X %*% k$beta + a * Vi %*% (y - X %*% k$beta)),
       mse = G1 + G2 + 2 * G3 - bias * diag(B)^2)
}
json <- function(x) {
  if (is.list(x)) paste0("{", paste0('"', names(x), '": ', sapply(x, json), collapse = ",\n "), "}")
  else if (length(x) == 1) format(x, digits = 15)
  else paste0("[", paste(format(x, digits = 15, trim = TRUE), collapse = ", "), "]")
}
y <- milk$direct_est; D <- milk$std_error^2
kinds <- c("reml", "ml", "moment")
out <- lapply(setNames(kinds, kinds), function(kind) fit(y, D, X, kind))
# estimates nearer to their regression than sampling explains: the variance of REML is zero, Li and Lahiri's is not
close <- X %*% out$reml$beta + 0.3 * sqrt(D) * sin(seq_along(D))
out$close <- fit(as.numeric(close), D, X, "adjusted")
cat(json(out), "\n")
