# Expected values for the tests of package stats, from base R and the package
# survival, over random data with a fixed seed. Run from this folder:
#
#   Rscript expected.R
#
# It writes the CSV files beside it, and the versions it was run with into
# versions.txt (last R 4.2.2, survival 3.5.3). What R has no function for (control
# charts, funnels, the variance of an Aalen-Johansen estimate) is written out here
# from the published formulas.

library(survival)
set.seed(20260301)

num <- function(x) ifelse(is.na(x), "NaN", sprintf("%.15g", x))
save <- function(d, file) {
  for (n in names(d)) if (is.double(d[[n]])) d[[n]] <- num(d[[n]])
  write.csv(d, file, row.names = FALSE, quote = FALSE, na = "")
}
writeLines(c(R.version.string, paste("survival", packageVersion("survival"))), "versions.txt")

# Shares: the score interval ------------------------------------------------

wilson <- data.frame(
  x = c(65, 0, 1, 10, 10, 7, 250, 999, 3, 1, 480, 2),
  n = c(100, 10, 10, 10, 12, 20, 1000, 1000, 7, 100000, 960, 3),
  confidence = c(.95, .95, .95, .95, .9, .99, .95, .95, .8, .95, .998, .5))
limits <- mapply(function(x, n, k) suppressWarnings(prop.test(x, n, conf.level = k, correct = FALSE))$conf.int,
                 wilson$x, wilson$n, wilson$confidence)
save(cbind(wilson, lower = limits[1, ], upper = limits[2, ]), "wilson.csv")

# Differences between two shares: Newcombe's hybrid score interval ------------

newcombe <- data.frame(
  xa = c(56, 9, 6, 5, 0, 0, 10, 10, 333, 1), na = c(70, 10, 7, 56, 10, 10, 10, 10, 1000, 3),
  xb = c(48, 3, 2, 0, 0, 0, 0, 10, 250, 2), nb = c(80, 10, 7, 29, 20, 10, 20, 10, 960, 5),
  confidence = c(.95, .95, .95, .95, .95, .99, .95, .95, .9, .8))
save(cbind(newcombe, do.call(rbind, Map(function(xa, na, xb, nb, k) {
  score <- function(x, n) suppressWarnings(prop.test(x, n, conf.level = k, correct = FALSE))$conf.int
  a <- xa / na; b <- xb / nb; la <- score(xa, na); lb <- score(xb, nb)
  data.frame(difference = a - b, lower = a - b - sqrt((a - la[1])^2 + (lb[2] - b)^2),
             upper = a - b + sqrt((la[2] - a)^2 + (b - lb[1])^2))
}, newcombe$xa, newcombe$na, newcombe$xb, newcombe$nb, newcombe$confidence))), "newcombe.csv")

# Shares of entries with people as clusters ------------------------------------

share <- do.call(rbind, lapply(c("mixed", "alike", "one_each"), function(set) {
  n <- if (set == "one_each") rep(1L, 14) else sample(1:9, 14, replace = TRUE)
  p <- if (set == "alike") round(runif(14)) else rbeta(14, 2, 3)
  data.frame(set = set, yes = rbinom(14, n, p), n = n)
}))
save(share, "share.csv")
save(do.call(rbind, lapply(split(share, share$set), function(d) {
  k <- nrow(d); N <- sum(d$n); p <- sum(d$yes) / N
  variance <- k / (k - 1) * sum((d$yes - p * d$n)^2) / N^2
  deff <- max(1, variance / (p * (1 - p) / N))
  # The score interval as the set of p0 that a z test does not refuse, by search.
  m <- N / deff; z <- qnorm(.975)
  f <- function(p0) (p - p0) - z * sqrt(p0 * (1 - p0) / m)
  g <- function(p0) (p0 - p) - z * sqrt(p0 * (1 - p0) / m)
  data.frame(set = d$set[1], rate = p, design_effect = deff,
             lower = uniroot(f, c(1e-9, p), tol = 1e-14)$root,
             upper = uniroot(g, c(p, 1 - 1e-9), tol = 1e-14)$root)
})), "share_expected.csv")

# Means and quantiles --------------------------------------------------------

values <- rbind(data.frame(set = "few", value = round(rnorm(11, 1, 3), 2)),
                data.frame(set = "more", value = round(rexp(40, .2), 3)))
save(values, "values.csv")
save(do.call(rbind, lapply(split(values$value, values$set), function(v) {
  t95 <- t.test(v)$conf.int; t80 <- t.test(v, conf.level = .8)$conf.int
  q <- quantile(v, c(.1, .25, .5, .9, .975), type = 7, names = FALSE)
  data.frame(set = if (length(v) == 11) "few" else "more", mean = mean(v),
             lower95 = t95[1], upper95 = t95[2], lower80 = t80[1], upper80 = t80[2],
             median = median(v), q10 = q[1], q25 = q[2], q50 = q[3], q90 = q[4], q975 = q[5])
})), "values_expected.csv")

# Differences of two means -----------------------------------------------------
# These draw no random numbers, so that what follows stays as it was.

groups <- list(
  of_values = list(a = values$value[values$set == "few"], b = values$value[values$set == "more"]),
  sleep = list(a = sleep$extra[sleep$group == 1], b = sleep$extra[sleep$group == 2]),
  feed = list(a = chickwts$weight[chickwts$feed == "casein"], b = chickwts$weight[chickwts$feed == "horsebean"]))
save(do.call(rbind, lapply(names(groups), function(set) do.call(rbind, lapply(c("a", "b"), function(g)
  data.frame(set = set, group = g, value = groups[[set]][[g]]))))), "differences.csv")
save(do.call(rbind, lapply(names(groups), function(set) {
  t95 <- with(groups[[set]], t.test(a, b)); t80 <- with(groups[[set]], t.test(a, b, conf.level = .8))
  data.frame(set = set, difference = unname(t95$estimate[1] - t95$estimate[2]),
             lower95 = t95$conf.int[1], upper95 = t95$conf.int[2],
             lower80 = t80$conf.int[1], upper80 = t80$conf.int[2],
             sd_a = sd(groups[[set]]$a), sd_b = sd(groups[[set]]$b))
})), "differences_expected.csv")

# Control charts ---------------------------------------------------------------

# One chart from the description in Making Data Count.
chart <- function(y, segment, baseline, screen, edition) {
  out <- data.frame(y, segment, mean = NaN, lower = NaN, upper = NaN, near_lower = NaN, near_upper = NaN, cause = "")
  for (rows in split(seq_along(y), factor(segment, unique(segment)))) {
    v <- y[rows]; n <- length(v)
    base <- which(!is.na(v)); if (baseline > 0) base <- head(base, baseline)
    m <- mean(v[base]); out$mean[rows] <- m
    mr <- c(); for (i in base) if ((i - 1) %in% base) mr <- c(mr, abs(v[i] - v[i - 1]))
    if (sum(!is.na(v)) < 8) next
    a <- mean(mr); if (screen) a <- mean(mr[mr < 3.267 * a])
    up <- m + 2.66 * a; lo <- m - 2.66 * a; nup <- m + 2.66 * a * 2 / 3; nlo <- m - 2.66 * a * 2 / 3
    out$lower[rows] <- lo; out$upper[rows] <- up; out$near_lower[rows] <- nlo; out$near_upper[rows] <- nup
    cause <- rep("", n)
    mark <- function(i, label) cause[i] <<- ifelse(cause[i] == "", label, cause[i])
    mark(which(!is.na(v) & (v > up | v < lo)), "astronomical")
    windows <- function(k) if (n >= k) lapply(1:(n - k + 1), function(i) i:(i + k - 1)) else list()
    for (w in windows(7)) {
      d <- diff(v[w])
      if (!anyNA(d) && (all(d > 0) || all(d < 0))) mark(w, "trend")
    }
    for (w in windows(3)) {
      x <- v[w]; if (anyNA(x)) next
      high <- x > nup & (edition == "current" | x <= up)
      low <- x < nlo & (edition == "current" | x >= lo)
      if (all(x > m) && sum(high) >= 2) mark(w[high], "two_of_three")
      if (all(x < m) && sum(low) >= 2) mark(w[low], "two_of_three")
    }
    for (w in windows(7)) {
      x <- v[w]
      if (!anyNA(x) && (all(x > m) || all(x < m))) mark(w, "shift")
    }
    out$cause[rows] <- cause
  }
  out
}
noise <- function(n, mean, sd = 2) round(rnorm(n, mean, sd), 1)
charts <- list(
  list("plain", noise(30, 20), "", 0, TRUE, "current"),
  list("shifted", c(noise(15, 20), noise(15, 26)), "", 12, TRUE, "current"),
  list("classic", c(noise(15, 20), noise(25, 23.5)), "", 12, FALSE, "classic"),
  list("rebased", c(noise(14, 20), noise(14, 30), noise(5, 10)), rep(c("a", "b", "c"), c(14, 14, 5)), 0, TRUE, "current"),
  list("trend", round(c(noise(10, 20), 20 + 1:9 + runif(9) * .8, noise(9, 24)), 1), "", 0, TRUE, "current"),
  list("missing", replace(c(noise(12, 20), noise(14, 24)), c(4, 5, 17, 20), NA), "", 10, TRUE, "classic"),
  list("outliers", replace(noise(26, 20, 1), c(7, 19), c(60, -40)), "", 0, TRUE, "current"))
save(do.call(rbind, lapply(charts, function(x) {
  segment <- rep(x[[3]], length.out = length(x[[2]]))
  cbind(set = x[[1]], baseline = as.integer(x[[4]]), screen = x[[5]], edition = x[[6]],
        chart(x[[2]], segment, x[[4]], x[[5]], x[[6]]))
})), "xmr.csv")

# Funnels ------------------------------------------------------------------------

funnel <- function(set, r, n) {
  theta <- sum(r) / sum(n); k <- length(n)
  score <- function(p) pmin(1, pmax(0, theta + qnorm(p) * sqrt(theta * (1 - theta) / n)))
  exact <- function(p) sapply(n, function(n) {
    r <- qbinom(p, n, theta)
    min(1, max(0, (r - (pbinom(r, n, theta) - p) / dbinom(r, n, theta)) / n))
  })
  s <- 1 / (2 * sqrt(n)); z <- (asin(sqrt(r / n)) - asin(sqrt(theta))) / s
  q <- quantile(z, c(.1, .9), type = 7); phi <- mean(pmin(q[2], pmax(q[1], z))^2)
  w <- 1 / s^2; tau2 <- if (k * phi < k - 1) 0 else (k * phi - (k - 1)) / (sum(w) - sum(w^2) / sum(w))
  over <- function(p) sin(pmin(pi / 2, pmax(0, asin(sqrt(theta)) + qnorm(p) * sqrt(s^2 + tau2))))^2
  four <- function(f) data.frame(lower95 = f(.025), upper95 = f(.975), lower998 = f(.001), upper998 = f(.999))
  each <- function(method, f) cbind(set, method, numerator = r, denominator = n, theta, phi, tau2, rate = r / n, four(f))
  rbind(each("score", score), each("exact", exact), each("overdispersed", over))
}
n1 <- as.integer(c(4, 12, 18, 25, 29, 30, 41, 66, 90, 150, 400, 1200))
n2 <- as.integer(c(10, 14, 22, 28, 35, 52, 80, 110, 300, 800))
save(rbind(funnel("varied", rbinom(12, n1, rbeta(12, 4, 3)), n1),
           funnel("alike", rbinom(10, n2, .08), n2)), "funnel.csv")

# Time to move on ----------------------------------------------------------------

people <- function(set, k, late) {
  entry <- if (late) ifelse(runif(k) < .5, 0, sample(1:30, k, replace = TRUE)) else rep(0, k)
  time <- entry + 1 + floor(rexp(k, 1 / 40))
  data.frame(set = set, entry, time, cause = sample(0:2, k, replace = TRUE, prob = c(.3, .5, .2)))
}
survival <- rbind(people("from_start", 45, FALSE), people("late", 45, TRUE))
survival$time[survival$set == "from_start" & seq_len(90) == 7] <- 0 # moved on the day they came
survival[46, ] <- list("late", 0, .5, 0L) # last seen before anything happened to anybody
save(survival, "survival.csv")

curves <- list(); medians <- list(); incidence <- list()
for (set in c("from_start", "late")) {
  d <- survival[survival$set == set, ]
  response <- if (set == "late") with(d, Surv(entry, time, cause > 0)) else with(d, Surv(time, cause > 0))
  for (limits in c("loglog", "log")) {
    f <- survfit(response ~ 1, conf.type = c(loglog = "log-log", log = "log")[[limits]])
    # A start-stop fit also has rows where people only enter.
    s <- f$n.event + f$n.censor > 0
    curves[[paste(set, limits)]] <- data.frame(set, limits, time = f$time, n_risk = f$n.risk, n_event = f$n.event,
      n_censor = f$n.censor, survival = f$surv, std_error = f$surv * f$std.err, lower = f$lower, upper = f$upper)[s, ]
    half <- function(curve) f$time[which(curve <= .5 + 1e-12)[1]]
    medians[[paste(set, limits)]] <- data.frame(set, limits, median = half(f$surv), lower = half(f$lower), upper = half(f$upper))
  }
  # The late ones' states from a multi-state fit; where all are seen from the
  # start, its infinitesimal jackknife must equal the formula below as well.
  d$id <- seq_len(nrow(d)); d$state <- factor(d$cause, 0:2, c("censored", "first", "second"))
  f <- if (set == "late") survfit(Surv(entry, time, state) ~ 1, data = d, id = id) else
    survfit(Surv(time, state) ~ 1, data = d, id = id)
  t <- sort(unique(d$time))
  at <- match(t, f$time)
  risk <- if (set == "late") sapply(t, function(t) sum(d$entry < t & d$time >= t)) else sapply(t, function(t) sum(d$time >= t))
  S <- 1 - rowSums(f$pstate[at, 2:3]); before <- c(1, head(S, -1))
  all <- sapply(t, function(t) sum(d$time == t & d$cause > 0))
  se <- sapply(1:2, function(j) {
    own <- sapply(t, function(t) sum(d$time == t & d$cause == j)); C <- f$pstate[at, j + 1]
    sqrt(sapply(seq_along(t), function(m) {
      i <- 1:m; ahead <- C[m] - C[i]
      sum(ifelse(all[i] < risk[i], ahead^2 * all[i] / (risk[i] * (risk[i] - all[i])), 0) +
            before[i]^2 * own[i] * (risk[i] - own[i]) / risk[i]^3 - 2 * ahead * before[i] * own[i] / risk[i]^2)
    }))
  })
  if (set == "from_start") stopifnot(all.equal(unname(se), unname(f$std.err[at, 2:3]), tolerance = 1e-9))
  incidence[[set]] <- data.frame(set, time = t, n_risk = risk, cif1 = f$pstate[at, 2], cif2 = f$pstate[at, 3],
                                 se1 = se[, 1], se2 = se[, 2])
}
save(do.call(rbind, curves), "curves.csv")
save(do.call(rbind, medians), "medians.csv")
save(do.call(rbind, incidence), "incidence.csv")
