# Oaxaca-Blinder decompositions from weighted regressions. Run here: Rscript oaxaca.R (writes oaxaca.json)
# Parts come from lm and glm fitted to each group by hand; standard errors from the stratified jackknife of survey.
suppressMessages({library(survey); library(jsonlite)})
a <- read.csv("../survey/data/nhanes.csv")
a <- a[complete.cases(a$HI_CHOL), ]
a$race <- factor(a$race)
a$group <- ifelse(a$RIAGENDR == 1, "men", "women")
terms <- c("agecat", "race")

parts <- function(w, data, outcome, logit) {
  f <- reformulate(terms, outcome)
  data$.w <- w
  g <- lapply(c("men", "women"), function(k) data[data$group == k & data$.w > 0, ])
  fit <- function(d) if (logit)
    suppressWarnings(coef(glm(f, quasibinomial(), d, weights = .w / mean(.w), control = glm.control(epsilon = 1e-14, maxit = 100))))
    else coef(lm(f, d, weights = .w))
  b <- lapply(g, fit)
  x <- lapply(g, function(d) model.matrix(f, d))
  link <- if (logit) plogis else identity
  m <- function(i, j) weighted.mean(link(drop(x[[i]] %*% b[[j]])), g[[i]]$.w)
  aa <- m(1, 1); ab <- m(1, 2); ba <- m(2, 1); bb <- m(2, 2)
  first <- ba - aa; last <- bb - ab
  out <- c(bb - aa, first, bb - aa - first, last, bb - aa - last, (first + last) / 2, bb - aa - (first + last) / 2)
  if (!logit) {
    p <- coef(lm(reformulate(c(terms, "group"), outcome), do.call(rbind, g), weights = .w))[names(b[[1]])]
    pooled <- sum((colSums(x[[2]] * g[[2]]$.w) / sum(g[[2]]$.w) - colSums(x[[1]] * g[[1]]$.w) / sum(g[[1]]$.w)) * p)
    out <- c(out, pooled, bb - aa - pooled)
  }
  moved <- colSums(x[[2]] * g[[2]]$.w) / sum(g[[2]]$.w) - colSums(x[[1]] * g[[1]]$.w) / sum(g[[1]]$.w)
  share <- function(j) {
    each <- moved * b[[j]] / sum(moved * b[[j]])
    tapply(each[-1], attr(x[[1]], "assign")[-1], sum)
  }
  c(out, first, ab - aa, bb - ba - ab + aa, first * share(1), last * share(2))
}

replicated <- as.svrepdesign(svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = a), type = "JKn")
result <- list()
for (kind in c("linear", "logit")) {
  told <- withReplicates(replicated, function(w, data) parts(w, data, "HI_CHOL", kind == "logit"))
  result[[kind]] <- list(estimate = unname(as.vector(coef(told))), se = unname(as.vector(SE(told))))
}
result$versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")))
write_json(result, "oaxaca.json", digits = 15, auto_unbox = TRUE)
