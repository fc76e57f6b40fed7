#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forecast through time: one row for each result, as a Markdown table.

forecast_table.py PLANB RESULT.h5 ...
"""
import json
import subprocess
import sys

HEADS = ["as of", "agreement", "ratified, if agreed", "deal", "target, m USD",
         "balanced at the deadline", "balanced at close", "close, without a deal",
         "notices, without a deal"]


def probability(estimate):
    """Three digits, as many as the simulation is good for; what is certain without them."""
    value = estimate["value"]
    if value is None:
        return "-"
    if value in (0, 1):
        return f"{value:.0f}"
    return "<0.001" if value < 0.0005 else ">0.999" if value > 0.9995 else f"{value:.3f}"


def row(summary):
    target = sum(year["value"] for year in summary["target"])
    at_deadline, at_close = summary["balanced_at_deadline"], summary["balanced_at_close"]
    notices = summary["notices"]["no_deal"]["mean"]["value"]
    return [summary["as_of"],
            probability(summary["agreement"]),
            probability(summary["ratified_given_agreement"]),
            probability(summary["deal"]),
            f"{target:,.0f}",
            probability(at_deadline["realised"]["both_years"]),
            probability(at_close["realised"]["both_years"]),
            probability(at_close["no_deal"]["both_years"]),
            f"{notices:,.0f}"]


def main(planb, results):
    rows = [HEADS, ["---"] * len(HEADS)]
    for result in results:
        text = subprocess.run([planb, "summary", result, "--json"], check=True,
                              stdout=subprocess.PIPE).stdout
        rows.append(row(json.loads(text)))
    for cells in rows:
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
