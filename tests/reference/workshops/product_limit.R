# Kaplan-Meier with clustered variance (infinitesimal jackknife) in R's survival; prints what the tests compare with.
# Rscript product_limit.R > product_limit.json
suppressPackageStartupMessages(library(survival))
told <- function(data, horizon) {
  plain <- summary(survfit(Surv(time, event) ~ 1, data = data), times = horizon, extend = TRUE)
  robust <- summary(survfit(Surv(time, event) ~ 1, data = data, cluster = place, robust = TRUE),
                    times = horizon, extend = TRUE)
  c(plain$surv, plain$std.err, robust$std.err)
}
one <- subset(lung, !is.na(inst))
sets <- list(lung = data.frame(time = one$time, event = one$status == 2, place = one$inst),
             retinopathy = data.frame(time = retinopathy$futime, event = retinopathy$status == 1, place = retinopathy$id))
horizons <- list(lung = c(180, 365, 700), retinopathy = c(12, 24.5, 48))
number <- function(x) formatC(x, digits = 15, format = "g")
lines <- character()
for (name in names(sets)) for (horizon in horizons[[name]]) {
  v <- told(sets[[name]], horizon)
  lines <- c(lines, sprintf('  {"data": "%s", "horizon": %g, "survival": %s, "greenwood": %s, "clustered": %s}',
                            name, horizon, number(v[1]), number(v[2]), number(v[3])))
}
cat("{\n\"versions\": \"R ", as.character(getRversion()), ", survival ", as.character(packageVersion("survival")),
    "\",\n\"estimates\": [\n", paste(lines, collapse = ",\n"), "\n]\n}\n", sep = "")
