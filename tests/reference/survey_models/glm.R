# Generalised linear models, tests of terms, predictions, margins, few clusters. Run here: Rscript glm.R (writes glm.json)
suppressMessages({library(survey); library(MASS); library(jsonlite); library(numDeriv); library(clubSandwich)})
source("record.R")
w <- read.csv("data/waves.csv")
w$wavef <- factor(w$wave); w$kindf <- factor(w$kind)
w$ldays <- log(w$days)
nhanes <- shared("nhanes")
apiclus1 <- shared("apiclus1"); apiclus2 <- shared("apiclus2"); apistrat <- shared("apistrat")
tight <- glm.control(epsilon=1e-15, maxit=200)
dwav <- svydesign(id=~space, strata=~stratum, weights=~weight, data=w)
dpost <- postStratify(dwav, ~sex, data.frame(sex=c("F","M"), Freq=c(13000, 12000)))
dstrat <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
dclus2 <- svydesign(id=~dnum+snum, fpc=~fpc1+fpc2, data=apiclus2)
dnh <- svydesign(id=~SDMVPSU, strata=~SDMVSTRA, weights=~WTMEC2YR, nest=TRUE, data=nhanes)

keep <- function(name, m) {
  s <- summary(m)
  record(paste0(name, ".coef"), coef(m))
  record(paste0(name, ".vcov"), vcov(m))
  record(paste0(name, ".p"), s$coefficients[, 4])
  record(paste0(name, ".confint"), confint(m))
  # summary's dispersion counts rows that were dropped as zeros: taken again over the rows used
  u <- m$prior.weights > 0; e <- ((m$y-fitted(m))/sqrt(m$family$variance(fitted(m))))[u]; v <- m$prior.weights[u]
  record(paste0(name, ".fit"), c(m$df.residual, sum(u), sum(v*(e-sum(v*e)/sum(v))^2)/sum(v)*sum(u)/(sum(u)-1)))
}
m <- list(
  strat.gaussian = svyglm(api00~ell+meals+mobility, dstrat),
  clus2.gaussian = svyglm(api00~ell+factor(stype)+api99:meals, dclus2),
  post.gaussian = svyglm(score~age+sex*kind, dpost),
  domain.gaussian = svyglm(score~age+factor(kind), subset(dwav, wave==2006 & age >= 30)),
  clus2.binomial = svyglm(I(sch.wide=="Yes")~ell+meals+mobility, dclus2, family=quasibinomial(), control=tight),
  nhanes.binomial = svyglm(HI_CHOL~factor(race)+agecat+factor(RIAGENDR), dnh, family=quasibinomial(), control=tight),
  waves.binomial = svyglm(helped~age+sex+kind, dwav, family=quasibinomial(), control=tight),
  post.binomial = svyglm(helped~age+sex+kind+wavef, dpost, family=quasibinomial(), control=tight),
  domain.binomial = svyglm(helped~age+kind, subset(dpost, stratum != "city"), family=quasibinomial(), control=tight),
  waves.probit = svyglm(helped~age+kind, dwav, family=quasibinomial("probit"), control=tight),
  waves.cloglog = svyglm(helped~age+kind, dwav, family=quasibinomial("cloglog"), control=tight),
  waves.poisson = svyglm(visits~age+sex+offset(ldays), dwav, family=quasipoisson(), control=tight),
  clus2.poisson = svyglm(api.stu~meals+offset(log(enroll)), dclus2, family=quasipoisson(), control=tight),
  waves.gamma = svyglm(spent~age+sex, dwav, family=Gamma(), control=tight),
  post.gammalog = svyglm(spent~age+kind, dpost, family=Gamma("log"), control=tight)
)
for (n in names(m)) keep(n, m[[n]])

for (n in c("waves.binomial", "post.binomial")) {
  a <- regTermTest(m[[n]], ~kind); b <- regTermTest(m[[n]], ~kind+age, method="LRT")
  record(paste0(n, ".wald"), c(a$Ftest, a$df, a$ddf, a$p))
  record(paste0(n, ".lrt"), c(b$chisq, b$df, b$ddf, b$p)); record(paste0(n, ".lambda"), b$lambda)
  b <- regTermTest(m[[n]], ~kind+age, method="LRT", lrt.approximation="satterthwaite")
  record(paste0(n, ".lrt.satterthwaite"), b$p)
}
a <- regTermTest(m$post.gaussian, ~sex:kind); record("post.gaussian.wald", c(a$Ftest, a$df, a$ddf, a$p))
b <- regTermTest(m$post.gaussian, ~sex:kind, method="LRT"); record("post.gaussian.lrt", c(b$chisq, b$df, b$ddf, b$p))
b <- regTermTest(m$waves.poisson, ~age, method="LRT"); record("waves.poisson.lrt", c(b$chisq, b$df, b$ddf, b$p))

new <- data.frame(age=c(20, 47, 70), sex=c("F","M","F"), kind=c("job","study","leisure"))
for (type in c("link", "response")) {
  p <- predict(m$waves.binomial, newdata=new, type=type)
  record(paste0("waves.binomial.predict.", type), cbind(coef(p), sqrt(attr(p, "var"))))
}
for (n in c("waves", "post")) {
  base <- svyglm(helped~age+sex, list(waves=dwav, post=dpost)[[n]], family=quasibinomial(), control=tight)
  g <- svypredmeans(base, ~kindf, predictat=factor(levels(w$kindf)))
  record(paste0(n, ".margins"), coef(g)); record(paste0(n, ".margins.vcov"), vcov(g))
  record(paste0(n, ".margins.conditional"), attr(vcov(g), "parts")[[1]])
  k <- svycontrast(g, list(c(-1, 1, 0), c(-1, 0, 1))); record(paste0(n, ".effects"), cbind(coef(k), SE(k)))
}
base <- svyglm(spent~sex, dwav, family=Gamma("log"), control=tight)
g <- svypredmeans(base, ~kindf, predictat=factor(levels(w$kindf)))
record("gamma.margins", coef(g)); record("gamma.margins.vcov", vcov(g))
# mean slope in age: delta part plus the design variance of the averaged slopes
f <- m$waves.binomial; X <- model.matrix(f); pw <- weights(dwav)
slope <- function(b) { e <- drop(X %*% b); dlogis(e) * b[2] }
each <- slope(coef(f)); G <- jacobian(function(b) sum(pw*slope(b))/sum(pw), coef(f))
s <- svymean(each, dwav)
record("waves.slope", c(coef(s), sqrt(drop(G %*% vcov(f) %*% t(G))), sqrt(drop(G %*% vcov(f) %*% t(G)) + vcov(s))))

# negative binomial: theta by weighted maximum likelihood, then svyglm with the family at that theta
nb <- function(name, formula, d) {
  v <- d$variables; v$ww <- weights(d)/mean(weights(d))
  g <- suppressWarnings(glm.nb(formula, data=v, weights=ww, control=glm.control(epsilon=1e-15, maxit=100)))
  theta <- g$theta
  for (i in 1:30) {  # glm.nb stops early on theta
    h <- glm(formula, data=v, weights=ww, family=negative.binomial(theta, link="log"), control=tight)
    theta <- as.numeric(theta.ml(h$y, fitted(h), limit=100, eps=1e-12, weights=v$ww))
  }
  record(paste0(name, ".theta"), theta)
  record(paste0(name, ".theta.mass"), g$theta)
  keep(name, svyglm(formula, d, family=negative.binomial(theta, link="log"), control=tight))
  y <- h$y
  # theta estimated: scores of coefficients and theta together, observed information (the sandwich of svymle)
  X <- model.matrix(h); off <- if (is.null(h$offset)) 0 else h$offset; k <- ncol(X); pw <- weights(d)
  scores <- function(par) {
    m <- exp(drop(X %*% par[1:k]) + off); t <- par[k+1]
    cbind(X*((y-m)/(1+m/t)), digamma(y+t)-digamma(t)+log(t)+1-log(t+m)-(y+t)/(t+m))
  }
  loglik <- function(par) dnbinom(y, mu=exp(drop(X %*% par[1:k]) + off), size=par[k+1], log=TRUE)
  par <- c(coef(h), theta)
  stopifnot(max(abs(scores(par) - jacobian(loglik, par))) < 1e-6)
  for (i in 1:4) par <- par - solve(jacobian(function(p) colSums(pw*scores(p)), par), colSums(pw*scores(par)))
  inf <- scores(par) %*% solve(-jacobian(function(p) colSums(pw*scores(p)), par))
  record(paste0(name, ".joint"), par); record(paste0(name, ".joint.vcov"), vcov(svytotal(inf, d)))
}
nb("waves.nb", visits~age+sex+offset(ldays), dwav)
nb("post.nb", visits~kind+wavef, dpost)
keep("waves.nb2", svyglm(visits~age+sex, dwav, family=negative.binomial(2, link="log"), control=tight))

# few clusters: CR1 with n/(n-1) is the design's variance without strata; Satterthwaite is Bell and McCaffrey's df
few <- function(name, formula, data, weight, cluster) {
  data$ww <- data[[weight]]
  l <- lm(formula, data=data, weights=ww)
  for (type in c("CR1", "CR2")) {
    t <- coef_test(l, vcov=vcovCR(l, cluster=data[[cluster]], type=type), test="Satterthwaite")
    record(paste(name, type, sep="."), cbind(t$SE, t$df, t$p_Satt))
  }
}
few("few.clus1", api00~ell+meals, apiclus1, "pw", "dnum")
few("few.clus2", api00~ell+meals+api99, apiclus2, "pw", "dnum")
ww <- w[w$wave==2003 & !is.na(w$score), ]
few("few.waves", score~age+sex+kind, ww, "weight", "space")
save_quantities("glm.json")
