# Rscript hardened.R > hardened.json, in this folder; survey 4.1.1 on R 4.2.2
# Totals of outcomes that are missing, and log-binomial models that need starting values.
suppressMessages(library(survey))
options(digits = 15)
number <- function(x) ifelse(is.na(x), "null", format(x, digits = 15, trim = TRUE))
out <- character()
say <- function(key, values) out <<- c(out, sprintf('"%s": [%s]', key, paste(number(values), collapse = ", ")))

clus2 <- read.csv("data/apiclus2.csv")
d <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = clus2)
total <- svytotal(~enroll, d)
say("total", c(coef(total), SE(total)))
total <- svytotal(~enroll, d, na.rm = TRUE)
say("total.na.rm", c(coef(total), SE(total)))

risk <- data.frame(x = rep(0:9, each = 20), row = rep(1:20, 10), g = rep(c("a", "b"), 100))
risk$y <- as.numeric(risk$row <= round(20 * exp(-0.2 - 0.3 * risk$x)))
risk$w <- 1 + risk$row %% 3
d <- svydesign(id = ~1, weights = ~w, data = risk)
without <- tryCatch(coef(svyglm(y ~ x + g, d, family = quasibinomial(link = "log"))), error = function(e) NA)
say("log_binomial.without_start", without)
start <- c(log(coef(svymean(~y, d))), 0, 0)
fit <- svyglm(y ~ x + g, d, family = quasibinomial(link = "log"), start = start,
              control = glm.control(epsilon = 1e-14, maxit = 200))
say("log_binomial.coef", coef(fit))
say("log_binomial.se", SE(fit))
cat("{\n", paste(out, collapse = ",\n"), "\n}\n", sep = "")
