# Regressions of counts with fixed effects, and their sandwich between clusters: school absences of MASS (quine).
# Run from tests/reference/attendance: Rscript counts.R   (writes counts.json)
# quine: 146 children of Walgett, New South Wales (Aitkin 1978; Venables and Ripley 2002, Modern Applied Statistics
# with S, section 7.4). Cells of Eth by Age by Lrn stand for spaces, Age for clusters.
suppressMessages({library(MASS); library(jsonlite)})
quine$cell <- interaction(quine$Eth, quine$Age, quine$Lrn, drop = TRUE)
quine$half <- log(ifelse(quine$Sex == "M", 1, 2)) + seq_len(nrow(quine)) / 500      # an offset that varies
quine$z <- cos(seq_len(nrow(quine)))                                                # a second regressor
out <- list()
published <- glm.nb(Days ~ Eth + Sex + Age + Lrn, data = quine, control = glm.control(epsilon = 1e-12, maxit = 100))
out$published <- list(coefficients = as.list(coef(published)), theta = published$theta)
p <- glm(Days ~ Sex + z + cell, offset = half, family = poisson, data = quine, control = glm.control(epsilon = 1e-14))
out$poisson <- list(coefficients = unname(coef(p)[c("SexM", "z")]))
meat <- function(fit, group) {                                                      # C / (C - 1) times the sandwich
  x <- model.matrix(fit); s <- x * (fit$y - fitted(fit)); s <- rowsum(s, group)
  b <- solve(t(x) %*% (x * fitted(fit))); n <- nrow(s)
  n / (n - 1) * b %*% (t(s) %*% s) %*% b
}
out$poisson$se_by_cell <- unname(sqrt(diag(meat(p, quine$cell)))[2:3])
nb <- glm.nb(Days ~ Sex + z + cell + offset(half), data = quine, control = glm.control(epsilon = 1e-12, maxit = 200))
out$negative_binomial <- list(coefficients = unname(coef(nb)[c("SexM", "z")]), theta = nb$theta,
                              pearson = sum(residuals(nb, "pearson")^2) / df.residual(nb))
# A staggered panel: 12 units, 8 periods, units 1-4 treated from period 4, 5-7 from 6; Poisson with every group-time
# effect as a dummy, the saturated form of group-time effects.
panel <- expand.grid(period = 1:8, unit = 1:12)
panel$first <- ifelse(panel$unit <= 4, 4, ifelse(panel$unit <= 7, 6, Inf))
panel$y <- round(20 + 5 * panel$unit + 3 * panel$period * (panel$unit %% 3) + 8 * (panel$period >= panel$first) +
                 6 * sin(panel$unit * panel$period))
panel$cell <- ifelse(panel$period >= panel$first, paste(panel$first, panel$period), "none")
panel$cell <- relevel(factor(panel$cell), ref = "none")
g <- glm(y ~ factor(unit) + factor(period) + cell, family = poisson, data = panel, control = glm.control(epsilon = 1e-14))
effects <- coef(g)[grep("^cell", names(coef(g)))]
out$staggered <- list(y = panel$y, effects = as.list(effects))
write_json(out, "counts.json", digits = 12, auto_unbox = TRUE, pretty = TRUE)
