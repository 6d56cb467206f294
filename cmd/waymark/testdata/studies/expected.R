# What the three evaluations must say, worked out from the published files by base
# R and nothing of Waymark's. Run from this folder, with the folder that has the
# two files which are not here:
#
#   Rscript expected.R FOLDER
#
# It writes expected.csv beside it: one number a row. In what, "first_" is about
# the first rating of people with a later one, or without ("alone_").

folder <- commandArgs(TRUE)[1]
out <- data.frame()
put <- function(study, measure, arm, period, ...) {
  v <- c(...)
  out <<- rbind(out, data.frame(study, measure, arm, period, what = names(v), value = unname(v)))
}
# A mean, its standard deviation and its 95 % interval.
describe <- function(v) {
  t <- t.test(v)$conf.int
  c(n = length(v), mean = mean(v), sd = sd(v), lower = t[1], upper = t[2])
}
# Reliable change by Jacobson & Truax 1991; lower is better for this norm.
verdicts <- function(pre, post, sd = 12.75, r = 0.92) {
  rc <- (post - pre) / (sd * sqrt(2) * sqrt(1 - r))
  c(better = sum(rc < -1.96), same = sum(abs(rc) <= 1.96), worse = sum(rc > 1.96))
}
# Where there is no norm: 2 points or more, in the better direction or the other.
points <- function(pre, post, up) {
  gain <- if (up) post - pre else pre - post
  c(better = sum(gain >= 2), same = sum(abs(gain) < 2), worse = sum(gain <= -2))
}

# wide has a row for each person, arm, and a column for each period, NA where
# somebody has no rating then.
# judge is how a pair of ratings is judged, if at all.
study <- function(name, measure, wide, periods, judge = NULL) {
  arms <- unique(wide$arm)
  for (arm in arms) {
    d <- wide[wide$arm == arm, ]
    first <- d[[periods[1]]]
    for (p in periods) {
      v <- d[[p]]
      put(name, measure, arm, p, people = nrow(d), describe(v[!is.na(v)]))
      if (p == periods[1]) next
      pair <- !is.na(first) & !is.na(v)
      change <- describe((v - first)[pair])
      names(change) <- paste0("change_", names(change))
      put(name, measure, arm, p, change, first_n = sum(pair), first_mean = mean(first[pair]),
          alone_n = sum(!is.na(first) & is.na(v)))
      if (any(!is.na(first) & is.na(v)))
        put(name, measure, arm, p, alone_mean = mean(first[!is.na(first) & is.na(v)]))
      if (!is.null(judge)) put(name, measure, arm, p, judge(first[pair], v[pair]))
    }
  }
  if (length(arms) == 2) for (p in periods[-1]) {
    change <- lapply(arms, function(a) { d <- wide[wide$arm == a, ]; x <- d[[p]] - d[[periods[1]]]; x[!is.na(x)] })
    t <- t.test(change[[1]], change[[2]])
    put(name, measure, paste(arms, collapse = "-"), p, difference = unname(t$estimate[1] - t$estimate[2]),
        difference_lower = t$conf.int[1], difference_upper = t$conf.int[2])
  }
}

# Trained and waiting: each person's mean of the days before, and after.
daily <- read.csv("../bringmann/bringmann2013_daily.csv")
for (measure in c("Relaxed", "Sad")) {
  own <- aggregate(daily[[measure]], daily[c("subj_id", "arm", "period")], mean, na.rm = TRUE)
  wide <- reshape(own, idvar = c("subj_id", "arm"), timevar = "period", direction = "wide")
  wide$arm <- c("waiting", "trained")[wide$arm + 1]
  names(wide)[3:4] <- c("before", "after")
  wide <- wide[order(wide$arm), ]
  study("bringmann2013", tolower(measure), wide, c("before", "after"))
}

# Four times in hospital; everybody is one arm.
four <- read.csv(file.path(folder, "claus2020_bdi_who5_hamd.csv"))
times <- c("first", "second", "third", "fourth")
for (measure in c(bdi2 = "bdi", shaps = "shaps", who5 = "who")) {
  wide <- reshape(four[c("id", "time", measure)], idvar = "id", timevar = "time", direction = "wide")
  names(wide) <- c("id", times)
  wide$arm <- "everybody"
  judge <- switch(measure, bdi = verdicts, shaps = function(pre, post) points(pre, post, FALSE), who = function(pre, post) points(pre, post, TRUE))
  study("claus2020", c(bdi = "bdi2", shaps = "shaps", who = "who5")[[measure]], wide, times, judge)
}

# Beat the Blues: five times, fewer people each time.
trial <- read.csv(file.path(folder, "hsaur_btheb.csv"))
times <- c("before", "month_2", "month_4", "month_6", "month_8")
wide <- setNames(trial[paste0("bdi.", c("pre", "2m", "4m", "6m", "8m"))], times)
wide$arm <- c(BtheB = "beat_the_blues", TAU = "as_usual")[trial$treatment]
study("btheb", "bdi2", wide[order(wide$arm, decreasing = TRUE), ], times, verdicts)

out$value <- sprintf("%.15g", out$value)
write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
