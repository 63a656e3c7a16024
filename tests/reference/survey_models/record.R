# Collects named numbers and writes them as JSON with all their digits.
quantities <- list()
record <- function(name, value) quantities[[name]] <<- unname(value)
save_quantities <- function(file) {
  quantities$versions <<- list(R=R.version.string, survey=as.character(packageVersion("survey")))
  write_json(quantities, file, digits=17, auto_unbox=TRUE, pretty=TRUE, matrix="rowmajor", na="null")
}
shared <- function(name) read.csv(file.path("..", "survey", "data", paste0(name, ".csv")))

# A synthetic two-wave, two-stage sample: spaces in strata, visitors in spaces; both waves visit many spaces twice.
# No real data: everything is drawn here. wave2 has missing values, unequal weights and a small count outcome.
waves_sample <- function() {
  set.seed(20061)
  spaces <- data.frame(space=1:60, stratum=rep(c("coast","inland","city"), each=20), u=rnorm(60, 0, 0.6))
  one <- function(wave, chosen, m) {
    s <- spaces[chosen, ]
    k <- rpois(nrow(s), m) + 3
    d <- s[rep(seq_len(nrow(s)), k), ]
    n <- nrow(d)
    d$wave <- wave
    d$person <- seq_len(n)
    d$age <- round(runif(n, 15, 80))
    d$sex <- sample(c("F","M"), n, TRUE)
    d$kind <- sample(c("job","leisure","study"), n, TRUE, c(.3,.5,.2))
    d$days <- sample(c(1,2,4,7,14,28), n, TRUE)
    eta <- -0.3 + 0.02*(d$age-45) + 0.5*(d$sex=="F") - 0.4*(d$kind=="study") + d$u + 0.3*(wave==2006)
    d$helped <- rbinom(n, 1, plogis(eta))
    d$visits <- rnbinom(n, mu=exp(0.2 + 0.3*eta) * d$days/4, size=1.7)
    d$spent <- rgamma(n, shape=2.5, scale=exp(1.2 - 0.2*eta)/2.5)
    z <- eta + rlogis(n)
    d$content <- cut(z, c(-Inf,-1.5,0,1.2,Inf), labels=c("not","little","rather","very"))
    g <- cbind(0, 0.4*eta, -0.2 + 0.01*(d$age-45)); pr <- exp(g)/rowSums(exp(g))
    d$means <- apply(pr, 1, function(p) sample(c("bike","bus","car"), 1, prob=p))
    d$weight <- round(ave(rep(1,n), d$stratum, FUN=function(x) 4000/length(x)) * runif(n, .4, 1.9), 3)
    d$score <- round(eta + rnorm(n), 5)
    d$score[sample(n, 12)] <- NA
    d$u <- NULL
    d
  }
  a <- c(1:12, 21:33, 41:53); b <- c(4:17, 25:38, 45:58)
  rbind(one(2003, a, 7), one(2006, b, 8))
}
