# Collects named numbers and writes them as JSON with all their digits.
quantities <- list()
record <- function(name, value) quantities[[name]] <<- value
record_stat <- function(name, s) {
  v <- list(estimate=unname(coef(s)), se=unname(as.vector(SE(s))))
  if (length(coef(s)) > 1) v$cov <- unname(as.matrix(vcov(s)))
  d <- attr(s, "deff")
  if (!is.null(d)) v$deff <- if (is.matrix(d)) unname(diag(d)) else unname(as.vector(d))
  record(name, v)
}
export <- function(x, name) write.csv(x, file.path("data", paste0(name, ".csv")), row.names=FALSE)
save_quantities <- function(file) {
  quantities$versions <<- list(R=R.version.string, survey=as.character(packageVersion("survey")))
  write_json(quantities, file, digits=17, auto_unbox=TRUE, pretty=FALSE, matrix="rowmajor", na="null")
}
