# Reliability of the items of datasets::attitude and shares of R squared of datasets::swiss, in base R.
# Rscript attitude.R > attitude.json
options(digits = 15)
S <- cov(attitude); k <- ncol(S)
alpha <- k / (k - 1) * (1 - sum(diag(S)) / sum(S))
loss <- function(l) { R <- S - outer(l, l); sum(R[upper.tri(R)]^2) }
slope <- function(l) { R <- S - outer(l, l); diag(R) <- 0; -2 * R %*% l }
l <- sqrt(diag(S)) * 0.7
for (i in 1:20) l <- optim(l, loss, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$par
omega <- sum(l)^2 / (sum(l)^2 + sum(diag(S) - l^2))
r2 <- function(p) if (length(p)) summary(lm(reformulate(p, "Fertility"), swiss))$r.squared else 0
names <- setdiff(colnames(swiss), "Fertility")
orders <- function(x) if (length(x) <= 1) list(x) else do.call(c, lapply(seq_along(x), function(i) lapply(orders(x[-i]), function(o) c(x[i], o))))
all <- orders(names)
lmg <- setNames(numeric(length(names)), names)
for (o in all) for (i in seq_along(o)) lmg[o[i]] <- lmg[o[i]] + r2(o[seq_len(i)]) - r2(o[seq_len(i - 1)])
lmg <- lmg / length(all)
line <- function(name, x) sprintf('"%s": [%s]', name, paste(sprintf("%.12g", x), collapse = ", "))
cat("{\n ", paste(c(line("alpha", alpha), line("omega", omega), line("loadings", l), line("lmg", lmg), line("r_squared", r2(names))), collapse = ",\n  "), "\n}\n", sep = "")
