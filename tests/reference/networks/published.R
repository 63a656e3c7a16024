# Centralisation, reciprocity and QAP correlation by R's sna (GPL: an oracle only), on networks that other packages ship.
# Run: Rscript published.R > published.json   (R 4.2, sna 2.7-1, network 1.18.1, igraph 1.3.5)
suppressMessages({library(sna); library(network)})
data(flo)                                   # marriages of 16 Florentine families (Padgett), Pucci isolated
# Krackhardt's kite (1990, Administrative Science Quarterly 35), nodes 1..10 = Andre Beverley Carol Diane Ed Fernando Garth Heather Ike Jane
kite <- matrix(0, 10, 10)
ends <- rbind(c(1,2), c(1,3), c(1,4), c(1,6), c(2,4), c(2,5), c(2,7), c(3,4), c(3,6), c(4,5), c(4,6), c(4,7),
              c(5,7), c(6,7), c(6,8), c(7,8), c(8,9), c(9,10))
kite[ends] <- 1; kite <- kite + t(kite)
# a directed network by a rule that any language can repeat: i names j when (7 i + 3 j) mod 11 < 3
n <- 12
rule <- outer(1:n, 1:n, function(i, j) ((7 * i + 3 * j) %% 11 < 3) * 1); diag(rule) <- 0
late <- outer(1:n, 1:n, function(i, j) ((7 * i + 3 * j) %% 11 < 4) * 1); diag(late) <- 0
told <- function(m) sprintf('{"in": %.10f, "out": %.10f, "betweenness": %.10f, "reciprocity": %.10f, "density": %.10f}',
  centralization(m, degree, mode = "digraph", cmode = "indegree"),
  centralization(m, degree, mode = "digraph", cmode = "outdegree"),
  centralization(1 * ((m + t(m)) > 0), betweenness, mode = "graph"),
  grecip(m, measure = "edgewise"), gden(m, mode = "digraph"))
cat(sprintf('{"florentine": %s,\n "kite": %s,\n "rule": %s,\n "rule_late_correlation": %.10f,\n "kite_betweenness_of_heather": %.10f}\n',
  told(flo), told(kite), told(rule), gcor(rule, late), betweenness(kite, gmode = "graph")[8]))
