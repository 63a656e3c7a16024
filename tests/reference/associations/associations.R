# Adjusted levels and average marginal effects of one wave, with errors that count the coefficients and the public
# averaged over, and their covariance. Run here: Rscript associations.R (writes associations.json)
suppressMessages(library(survey))
json <- function(v) {
  if (is.list(v)) return(paste0("{", paste0('"', names(v), '": ', sapply(v, json), collapse=",\n"), "}"))
  if (is.matrix(v)) return(paste0("[", paste(apply(v, 1, json), collapse=", "), "]"))
  paste0("[", paste(if (is.character(v)) paste0('"', v, '"') else sprintf("%.17g", v), collapse=", "), "]")
}
w <- read.csv("../survey_models/data/waves.csv")
w$band <- cut(w$age, c(-Inf, 29, 49, Inf), labels=c("young", "middle", "old"))
d <- subset(svydesign(id=~space, strata=~stratum, weights=~weight, data=w), wave == 2006)
out <- list()
for (case in list(list(name="share", y="helped", family=quasibinomial()), list(name="mean", y="score", family=gaussian()))) {
  f <- as.formula(paste(case$y, "~ band + sex + kind"))
  m <- svyglm(f, d, family=case$family, control=glm.control(epsilon=1e-15, maxit=200))
  x <- model.matrix(m)*resid(m, "working")*m$weights; x <- x %*% summary.glm(m)$cov.unscaled
  b <- coef(m); v <- d$variables; pw <- weights(d)
  used <- as.numeric(rownames(model.matrix(m))); pos <- match(used, as.numeric(rownames(v)))
  pw <- pw[pos]; v <- v[pos, ]; spread <- function(infl) { all <- matrix(0, nrow(d$variables), ncol(infl)); all[pos, ] <- infl; all }
  recvar <- function(infl) svyrecvar(spread(infl), d$cluster, d$strata, d$fpc, postStrata=d$postStrata)
  # these influences are those of the package: they give its covariance of the coefficients
  stopifnot(max(abs(recvar(x) - vcov(m))) < 1e-12)
  for (column in c("band", "sex", "kind")) {
    levels <- sort(unique(as.character(v[[column]])))
    margins <- lapply(levels, function(l) {
      moved <- v; moved[[column]] <- if (is.factor(v[[column]])) factor(l, levels(v[[column]])) else l
      X <- model.matrix(delete.response(terms(m)), moved, xlev=m$xlevels)
      eta <- drop(X %*% b); mu <- case$family$linkinv(eta); p <- sum(pw*mu)/sum(pw)
      J <- colSums(pw*case$family$mu.eta(eta)*X)/sum(pw)
      list(p=p, infl=pw*(mu-p)/sum(pw) + drop(x %*% J))
    })
    V <- recvar(sapply(margins, `[[`, "infl"))
    t <- regTermTest(m, as.formula(paste("~", column)))
    out[[paste(case$name, column, sep=".")]] <- list(levels=levels, estimate=sapply(margins, `[[`, "p"), vcov=V,
      wald=c(t$Ftest, t$df, t$ddf, t$p))
  }
}
out$versions <- c(R.version.string, as.character(packageVersion("survey")))
writeLines(json(out), "associations.json")
