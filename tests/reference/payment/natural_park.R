# What 312 visitors would pay for a natural park (Ecdat::NaturalPark): interval-censored fits of survival, glm, Turnbull.
# Rscript natural_park.R natural_park.csv > natural_park.json
library(survival)
d <- read.csv(commandArgs(TRUE)[1])
yes1 <- substr(d$answers, 1, 1) == "y"; yes2 <- substr(d$answers, 2, 2) == "y"
low <- ifelse(yes1, ifelse(yes2, d$bidh, d$bid1), ifelse(yes2, d$bidl, NA))
high <- ifelse(yes1, ifelse(yes2, NA, d$bidh), ifelse(yes2, d$bid1, d$bidl))
line <- function(name, x) sprintf('"%s": [%s]', name, paste(sprintf("%.12g", x), collapse = ", "))
out <- c()
for (dist in c("loglogistic", "weibull", "lognormal")) {
  f <- survreg(Surv(low, high, type = "interval2") ~ 1, dist = dist, control = list(rel.tolerance = 1e-13, maxiter = 200))
  out <- c(out, line(dist, c(coef(f), log(f$scale), f$loglik[2], sqrt(diag(f$var)))))
}
f <- survreg(Surv(low, high, type = "interval2") ~ factor(age) + sex + factor(income), data = d, dist = "loglogistic",
             control = list(rel.tolerance = 1e-13, maxiter = 200))
out <- c(out, line("covariates", c(coef(f), log(f$scale), f$loglik[2])))
g <- glm(yes1 ~ bid1, family = binomial, data = d, control = list(epsilon = 1e-13, maxit = 100))
h <- glm(yes1 ~ log(bid1), family = binomial, data = d, control = list(epsilon = 1e-13, maxit = 100))
out <- c(out, line("single_logit", c(coef(g), logLik(g))), line("single_log_logit", c(coef(h), logLik(h))))
s <- survfit(Surv(ifelse(is.na(low), 0, low), ifelse(is.na(high), Inf, high), type = "interval2") ~ 1,
             conf.type = "none")
out <- c(out, line("turnbull_time", s$time), line("turnbull_surv", s$surv))
cat("{\n ", paste(out, collapse = ",\n  "), "\n}\n", sep = "")
