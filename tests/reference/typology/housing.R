# Multiple correspondence analysis, Ward classes and test values of FactoMineR on MASS::housing (72 cells with counts).
# Rscript housing.R > housing.json
suppressMessages({library(FactoMineR); library(MASS)})
d <- housing[c("Sat", "Infl", "Type", "Cont")]
m <- MCA(d, row.w = housing$Freq, ncp = 4, graph = FALSE)
line <- function(name, x) sprintf('"%s": [%s]', name, paste(sprintf("%.12g", as.numeric(x)), collapse = ", "))
text <- function(name, x) sprintf('"%s": [%s]', name, paste(sprintf('"%s"', x), collapse = ", "))
s <- MCA(d, row.w = housing$Freq, ncp = 4, quali.sup = 1, graph = FALSE)
each <- d[rep(seq_len(nrow(d)), housing$Freq), ]
c3 <- catdes(each, 1, proba = 1)
rows <- do.call(rbind, lapply(names(c3$category), function(k) data.frame(class = k, name = rownames(c3$category[[k]]), c3$category[[k]], check.names = FALSE)))
h <- HCPC(m, nb.clust = 3, consol = FALSE, graph = FALSE)
w <- HCPC(m, nb.clust = 3, consol = TRUE, graph = FALSE)
out <- c(line("eigenvalues", m$eig[, 1]), text("categories", rownames(m$var$coord)), line("coordinates", m$var$coord),
         line("contributions", m$var$contrib), line("cos2", m$var$cos2), line("tests", m$var$v.test),
         line("units", m$ind$coord), line("supplementary", s$quali.sup$coord), line("supplementary_tests", s$quali.sup$v.test),
         text("described_class", rows$class), text("described_name", rows$name), line("described_test", rows$v.test),
         line("described_in_class", rows[["Mod/Cla"]]), line("described_p", rows$p.value),
         line("ward", h$call$t$tree$height), line("classes", as.integer(h$data.clust$clust)),
         line("consolidated", as.integer(w$data.clust$clust)), line("best", HCPC(m, nb.clust = -1, consol = FALSE, graph = FALSE)$call$t$nb.clust))
cat("{\n ", paste(out, collapse = ",\n  "), "\n}\n", sep = "")
