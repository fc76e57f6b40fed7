#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
# Opens a result file in R and adds up the ledger.
# usage: open_result.R FILE.h5; exit code 77: package ncdf4 is missing (Debian: r-cran-ncdf4)

if (!requireNamespace("ncdf4", quietly = TRUE)) {
    cat("skipped: no package ncdf4\n")
    quit(status = 77)
}
library(ncdf4)

file <- nc_open(commandArgs(trailingOnly = TRUE)[1])
read <- function(name) ncvar_get(file, name, collapse_degen = FALSE)

stopifnot(identical(as.vector(read("branch")), c("deal", "no_deal")))
stopifnot(ncatt_get(file, 0, "planb_format")$value == 1, ncatt_get(file, 0, "complete")$value == 1)
stopifnot(nchar(ncatt_get(file, 0, "scenario_yaml")$value) > 0)
if ("union" %in% names(file$dim)) {
    stopifnot(is.character(read("union")), all(nchar(read("union")) > 0))
}

entries <- read("summary/entry")
value <- setNames(as.vector(read("summary/value")), entries)
stopifnot(value[["ratified"]] >= 0, value[["ratified"]] <= 1)

if ("draw" %in% names(file$dim)) {
    # R has the axes in reverse order: fiscal_year, branch, draw
    worst <- 0
    for (year in 1:2) for (branch in 1:2) {
        at <- function(name) read(name)[year, branch, ]
        in_year <- function(name) read(name)[year, ]
        flow <- in_year("revenue") + at("labor_savings") + at("plan_b") + at("layoff_savings") +
            at("rescission") + at("mitigation") + read("lapse")[year] + read("other")[year] - read("appropriations")[year] -
            at("separation_cost") - in_year("spending_error")
        worst <- max(worst, abs(at("flow") - flow),
                     abs(at("balance_by_branch") - (at("flow") - at("carry"))))
    }
    stopifnot(worst < 1e-6)
}
nc_close(file)
cat("R ncdf4: the file is as FORMAT.md says\n")
