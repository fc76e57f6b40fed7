# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures and tables of one result file; analysis.ipynb shows them.

A picture function takes what `open_result` returns and gives a figure; a table
function gives a DataFrame. Money is in million US dollars.
"""
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

import look

DEAL_OUTCOMES = [1, 2]  # deal in round 1, deal in round 2
MILLION = "million USD"


def open_result(path):
    """The draws, and the summary with one row an entry."""
    draws = xr.open_dataset(path, engine="h5netcdf")
    if "draw" not in draws.dims:
        raise ValueError(f"{path} keeps no draws: run without --keep none")
    summary = xr.open_dataset(path, engine="h5netcdf", group="summary")
    return draws, summary.to_dataframe()


def is_deal(draws):
    """Which draws end with a deal."""
    return draws.outcome.isin(DEAL_OUTCOMES)


def realised(draws, column):
    """A column by branch, in the branch that happens."""
    return xr.where(is_deal(draws), draws[column].sel(branch="deal"),
                    draws[column].sel(branch="no_deal"))


def closing(draws, branch):
    """Balance at close of a branch, after use of the reserve."""
    if branch == "realised":
        return draws.balance
    return (draws.balance_by_branch + draws.reserve_use).sel(branch=branch)


# ---- revenue and balance

def draw_fan(ax, x, values, colour):
    """Bands of 90% and 50% and the median; values has shape (draw, len(x))."""
    low, lower, middle, upper, high = np.quantile(
        values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    ax.fill_between(x, low, high, color=colour, alpha=0.25, linewidth=0,
                    label="9 draws in 10")
    ax.fill_between(x, lower, upper, color=colour, alpha=0.45, linewidth=0,
                    label="half of the draws")
    ax.plot(x, middle, color=colour, marker="o", label="median")


def fan(draws):
    """Revenue against the adopted estimate, and the balance."""
    years = [f"close of\nFY{y}" for y in draws.fiscal_year.values]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2))
    surprise = (draws.revenue - draws.stream_baseline.sum("stream")).values
    start = np.zeros((len(surprise), 1))
    draw_fan(left, [0, 1, 2], np.hstack([start, surprise]), look.BLUE)
    left.set_xticks([0, 1, 2], ["adopted"] + years)
    left.set_ylabel(f"revenue less the adopted estimate, {MILLION}")
    left.set_title("Revenue drifts from its estimate")
    draw_fan(right, [0, 1], draws.balance.values, look.GREEN)
    right.set_xticks([0, 1], years)
    right.set_xlim(-0.3, 1.3)
    right.set_ylabel(f"balance at close, {MILLION}")
    right.set_title("The balance that is left")
    for x, year in enumerate(draws.fiscal_year.values):
        below = float((draws.balance.sel(fiscal_year=year) < 0).mean())
        right.annotate(f"{look.per_cent(below)} of draws\nbelow zero",
                       (x, 0), xytext=(0, -28), ha="center",
                       textcoords="offset points", fontsize=9)
    for ax in (left, right):
        look.zero_line(ax)
        look.thousands(ax.yaxis)
        look.legend_below(ax, 3)
    return figure


def both_years(draws, most=3000):
    """Both years' balances, draw by draw, met or not."""
    figure, ax = plt.subplots(figsize=(6.4, 5.6))
    first, second = draws.balance.values.T
    met = (first >= 0) & (second >= 0)
    shown = np.arange(len(met)) < most
    for mask, colour, marker, name in (
            (met, look.BLUE, "o", "met in both years"),
            (~met, look.ORANGE, "x", "missed in a year")):
        share = look.per_cent(mask.mean())
        ax.scatter(first[mask & shown], second[mask & shown], s=9, alpha=0.5,
                   color=colour, marker=marker, linewidth=0.8,
                   label=f"{name}: {share}")
    look.zero_line(ax)
    look.zero_line(ax, vertical=True)
    one, two = draws.fiscal_year.values
    ax.set_xlabel(f"balance at close of FY{one}, {MILLION}")
    ax.set_ylabel(f"balance at close of FY{two}, {MILLION}")
    ax.set_title("A deficit of the first year is carried into the second")
    look.thousands(ax.xaxis)
    look.thousands(ax.yaxis)
    ax.set_xlim(*np.quantile(first, [0.001, 0.999]))
    ax.set_ylim(*np.quantile(second, [0.001, 0.999]))
    ax.legend(loc="lower right", markerscale=2,
              title=f"{shown.sum():,} of {len(met):,} draws are shown")
    return figure


# ---- the vote

def split_histogram(ax, values, yes, edges, names):
    """A histogram whose bars are split by whether the threshold is met."""
    weights = np.full(len(values), 1 / len(values))
    ax.hist([values[yes], values[~yes]], bins=edges, stacked=True,
            weights=[weights[yes], weights[~yes]],
            color=[look.BLUE, look.ORANGE], label=names)
    ax.set_ylabel("share of draws")
    look.percent(ax.yaxis)


def outcomes(draws, summary):
    """Votes of the first round split at its rule, the balance at zero."""
    figure, axes = plt.subplots(1, 3, figsize=(12, 3.8))
    first = draws.isel(round=0)
    yes = first.rule_satisfied.values == 1
    needed = summary.value.get("rounds/[0]/implied_unions", np.nan)
    n = draws.sizes["union"]
    names = ["ratifies", "does not"]
    split_histogram(axes[0], first.unions_approving.values, yes,
                    np.arange(n + 2) - 0.5, names)
    axes[0].set_xlabel(f"unions approving, of {n}")
    if np.isfinite(needed) and needed > 0:
        axes[0].axvline(needed - 0.5, color=look.INK, linestyle="--",
                        label=f"{needed:.0f} needed")
    split_histogram(axes[1], first.members_represented.values, yes,
                    np.linspace(0, 1, 41), names)
    axes[1].set_xlabel("members in approving unions, share")
    look.percent(axes[1].xaxis)
    last = draws.balance.isel(fiscal_year=-1).values
    edges = np.linspace(*np.quantile(last, [0.002, 0.998]), 41)
    edges -= edges[np.abs(edges).argmin()]  # no bar across zero
    split_histogram(axes[2], last, last >= 0, edges, ["no deficit", "deficit"])
    look.zero_line(axes[2], vertical=True)
    look.thousands(axes[2].xaxis)
    year = draws.fiscal_year.values[-1]
    axes[2].set_xlabel(f"balance at close of FY{year}, {MILLION}")
    axes[0].set_title(f"The first vote: {look.per_cent(yes.mean())} ratify")
    axes[1].set_title("The same by members")
    axes[2].set_title(f"{look.per_cent((last >= 0).mean())} without a deficit")
    for ax in axes:
        ax.legend(loc="upper left")
    return figure


def filled_by_reserve(draws):
    """A sentence on the draws that the reserve brings to exactly zero."""
    close = draws.isel(fiscal_year=-1)
    filled = (close.balance == 0) & (realised(close, "reserve_use") > 0)
    share = float(filled.mean())
    if share < 0.005:
        return ""
    return ("The bar at zero is tall because the reserve fills small gaps: "
            f"{look.per_cent(share)} of draws close at exactly 0.")


def union_table(summary, order):
    """What the summary says of each union in one round (0 or 1)."""
    rows = summary.loc[summary.kind <= 1, "value"]
    pattern = re.compile(rf"rounds/\[{order}\]/unions/([^/]+)/(\w+)$")
    found = [(*pattern.match(entry).groups(), value)
             for entry, value in rows.items() if pattern.match(entry)]
    table = pd.DataFrame(found, columns=["union", "what", "value"])
    table = table.pivot(index="union", columns="what", values="value")
    return table.sort_values("members")


def union_names(draws, most=26):
    """The title of each union, or its id where the title is long."""
    titles = zip(draws.union.values, draws.union_title.values)
    return {name: title if 0 < len(title) <= most else name
            for name, title in titles}


def unions(draws, summary, order=0):
    """Who approves, who decides, where the rule tips."""
    table = union_table(summary, order)
    names = union_names(draws)
    labels = [f"{names[name]} ({members:,.0f})"
              for name, members in table.members.items()]
    y = np.arange(len(table))
    figure, (left, right) = plt.subplots(
        1, 2, sharey=True, figsize=(10, max(4.6, 1.8 + 0.36 * len(table))))
    left.barh(y, table.approves, color=look.SKY, height=0.7)
    left.set_yticks(y, labels)
    left.set_ylabel("union (members)")
    left.set_xlabel("chance that it approves")
    left.set_xlim(0, 1)
    left.set_ylim(-0.7, len(table) - 0.3)
    left.set_title("Who approves")
    # One above the other, so that equal numbers do not hide each other.
    for column, name, colour, marker, above in (
            ("pivotal", "its vote decides", look.BLUE, "o", 0.27),
            ("tipping", "the rule tips at it", look.ORANGE, "s", 0.09),
            ("lost_deal_share", "its no alone lost the deal",
             look.VERMILLION, "D", -0.09),
            ("banzhaf", "decides if all toss coins", look.GREY, "x", -0.27)):
        right.plot(table[column], y + above, marker, color=colour,
                   label=name, linestyle="", markersize=5)
    right.set_xlim(left=-0.02)
    right.set_xlabel("probability")
    right.set_title("Who decides")
    look.legend_below(right, 2)
    look.percent(left.xaxis)
    look.percent(right.xaxis)
    return figure


# ---- jobs and money

def exceedance(values):
    """x and the share of values above x: steps down from 1 to 0."""
    x = np.sort(values)
    return np.append(0, x), 1 - np.arange(len(x) + 1) / len(x)


def layoffs(draws):
    """The chance of more than so many layoffs."""
    figure, ax = plt.subplots(figsize=(7, 4.6))
    for branch, style in (("deal", "--"), ("no_deal", ":"),
                          ("realised", "-")):
        values = (realised(draws, "layoffs") if branch == "realised"
                  else draws.layoffs.sel(branch=branch)).values
        ax.step(*exceedance(values), where="post", linestyle=style,
                color=look.BRANCH[branch], linewidth=2,
                label=f"{look.BRANCH_NAME[branch]}\n"
                      f"(mean {values.mean():,.0f})")
    ax.set_xlabel("layoffs, positions")
    ax.set_ylabel("chance of more than so many")
    ax.set_ylim(0, 1.02)
    ax.set_title("How many jobs go")
    look.thousands(ax.xaxis)
    look.percent(ax.yaxis)
    look.legend_below(ax, 3)
    return figure


STEPS = (  # label, column, sign
    ("wages and benefits saved", "labor_savings", 1),
    ("Plan B measures", "plan_b", 1),
    ("pay saved by layoffs", "layoff_savings", 1),
    ("payouts, benefits of laid-off", "separation_cost", -1),
    ("rescissions", "rescission", 1),
    ("mitigation plans", "mitigation", 1),
    ("overspending", "spending_error", -1),
    ("deficit carried in", "carry", -1),
    ("drawn from the reserve", "reserve_use", 1),
)


def steps_to_close(draws, branch, year):
    """Mean steps from the gap to the balance at close; they add up to it."""
    d = draws.sel(fiscal_year=year)
    adopted = float(d.stream_baseline.sum("stream"))
    steps = {
        "gap before any measure":
            adopted + float(d.lapse + d.other - d.appropriations),
        "revenue against its estimate": float(d.revenue.mean()) - adopted,
    }
    for label, column, sign in STEPS:
        values = d[column]
        if "branch" in values.dims:
            values = values.sel(branch=branch)
        steps[label] = sign * float(values.mean())
    return pd.Series(steps)


def draw_waterfall(ax, steps):
    """Horizontal steps, each beginning where the one above ended."""
    end = steps.cumsum()
    start = end - steps
    y = np.arange(len(steps))
    colours = [look.GREY] + [look.BLUE if s >= 0 else look.ORANGE
                             for s in steps.iloc[1:]]
    ax.barh(y, steps, left=start, color=colours, height=0.7)
    close = end.iloc[-1]
    ax.barh(len(steps), close, color=look.INK, height=0.7)
    for row, (value, low, high) in enumerate(zip(
            steps, np.minimum(start, end), np.maximum(start, end))):
        text = f"{value:+,.0f}" if abs(value) >= 0.5 else "0"
        ax.annotate(text, (high, row), xytext=(3, 0),
                    textcoords="offset points", va="center", fontsize=8)
    ax.annotate(f"{close:+,.0f}", (max(close, 0), len(steps)), xytext=(3, 0),
                textcoords="offset points", va="center", fontsize=8,
                weight="bold")
    ax.set_yticks(np.arange(len(steps) + 1),
                  list(steps.index) + ["balance at close"])
    ax.use_sticky_edges = False
    ax.margins(x=0.12)
    look.zero_line(ax, vertical=True)
    look.thousands(ax.xaxis)


def waterfall(draws):
    """From the gap to the close, for each branch and year."""
    years = draws.fiscal_year.values
    figure, axes = plt.subplots(2, len(years), sharey=True, sharex=True,
                                figsize=(11, 7.5))
    for row, branch in zip(axes, ("deal", "no_deal")):
        for ax, year in zip(row, years):
            draw_waterfall(ax, steps_to_close(draws, branch, year))
            ax.set_title(f"FY{year}, {look.BRANCH_NAME[branch]}")
    for ax in axes[-1]:
        ax.set_xlabel(f"mean of all draws, {MILLION}")
    axes[0, 0].invert_yaxis()
    return figure


# ---- what matters most

INPUT_NAMES = {
    "coalition": "mood of the whole coalition",
    "sector": "mood of sector {}",
    "union": "mood of {}",
    "unit": "mood of unit {}",
    "late_swing": "late swing of {} in vote {}",
    "shift": "shift before the second vote",
    "yes": "ballots of unit {} in vote {}",
    "turnout_common": "turnout in vote {}",
    "rule_change": "rule change or not",
    "legislature": "the legislature's vote",
    "recession": "recession in year {}",
    "revenue_scale": "size of errors in year {}",
    "revenue": "revenue error of {} in year {}",
    "revenue_path": "timing of the news on {}",
    "realisation_common": "realisation of all savings",
    "realisation": "realisation of {}",
    "option_common": "passage of Plan B as a whole",
    "option_passage": "passage of {}",
    "spending": "overspending in year {}",
    "mitigation": "mitigation plan {}",
}


def input_name(name):
    """A random input in words; what has no words here keeps its name."""
    kind, *parts = name.replace("_", " ").split(":")
    text = INPUT_NAMES.get(name.partition(":")[0])
    return text.format(*parts) if text else ", ".join([kind, *parts])


def sensitivity(inputs, values, bins=32):
    """Given-data sensitivity: one row an input, the most telling first.

    `share` is the part of the variance of `values` that the input explains
    alone (first-order Sobol index), from means in `bins` classes of equal
    size, less what chance alone would show; `low` and `high` are the means
    in its lowest and highest tenth, less the mean of all.
    Source: Plischke, Borgonovo and Smith, EJOR 226 (2013) 536-550.
    """
    n, tenth = len(values), max(1, len(values) // 10)
    mean, variance = values.mean(), values.var()
    rows = []
    for column in inputs.T:
        sorted_values = values[np.argsort(column, kind="stable")]
        classes = np.array_split(sorted_values, bins)
        size = np.array([len(c) for c in classes])
        means = np.array([c.mean() for c in classes])
        between = (size * (means - mean) ** 2).sum() / n
        chance = (bins - 1) / n * variance
        rows.append(((between - chance) / variance if variance > 0 else 0.0,
                     sorted_values[:tenth].mean() - mean,
                     sorted_values[-tenth:].mean() - mean))
    table = pd.DataFrame(rows, columns=["share", "low", "high"])
    return table.sort_values("share", ascending=False)


def draw_tornado(ax, draws, values, most):
    table = sensitivity(draws.inputs.values, values).head(most)
    table = table[table.share >= min(0.005, table.share.iloc[0])]
    names = draws.input.values[table.index]
    y = np.arange(len(table))
    ax.barh(y, table.low, color=look.ORANGE, height=0.7,
            label="its lowest tenth")
    ax.barh(y, table.high, color=look.BLUE, height=0.7,
            label="its highest tenth")
    ax.set_yticks(y, [f"{input_name(n)} ({look.per_cent(max(share, 0))})"
                      for n, share in zip(names, table.share)])
    ax.set_ylim(max(len(y), 5) - 0.5, -0.5)  # few bars stay thin
    look.zero_line(ax, vertical=True)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), title="input in")


def tornado(draws, most=8):
    """What the first vote and the balance hang on."""
    if "inputs" not in draws:
        raise look.Missing(
            "what it hangs on: the file keeps no inputs (run --keep inputs)")
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(10.5, 6.6))
    probability = draws.ratify_probability.isel(round=0).values
    draw_tornado(top, draws, probability, most)
    top.set_title("What the first vote hangs on")
    top.set_xlabel("chance of ratification, against its mean of "
                   + look.per_cent(probability.mean()))
    look.percent(top.xaxis)
    year = draws.fiscal_year.values[-1]
    draw_tornado(bottom, draws, draws.balance.isel(fiscal_year=-1).values,
                 most)
    bottom.set_title(f"What the balance of FY{year} hangs on")
    bottom.set_xlabel(f"balance at close against its mean, {MILLION}")
    look.thousands(bottom.xaxis)
    for ax in (top, bottom):
        ax.set_ylabel("input (variance explained)")
    return figure


# ---- tables

def mean_and_error(values):
    """'0.52 +- 0.01': as many digits as the standard error allows."""
    n = len(values)
    if n < 2:
        return f"- (n = {n})"
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(n)
    if error == 0:
        return f"{mean:,g}"
    digits = max(0, -int(np.floor(np.log10(error))))
    return f"{mean:,.{digits}f} ± {error:,.{digits}f}"


def tail_and_error(values, tail=0.95):
    """A quantile with its error: what lies a standard error of ranks away."""
    rank = np.sqrt(tail * (1 - tail) / len(values))
    low, middle, high = np.quantile(
        values, [tail - rank, tail, min(1, tail + rank)])
    return f"{middle:,.0f} ± {(high - low) / 2:,.0f}"


def decisive_union(summary):
    """The union most likely to decide the first vote."""
    return union_table(summary, 0).pivotal.idxmax()


def what_if(draws, union):
    """What is likely, given the union's vote in the first round."""
    vote = draws.union_vote.isel(round=0).sel(union=union).values == 1
    last = draws.fiscal_year.values[-1]
    columns = {
        "first vote ratifies": draws.rule_satisfied.isel(round=0),
        "a deal in the end": is_deal(draws),
        "both years close in balance": realised(draws, "balanced_at_close"),
        f"balance FY{last}, {MILLION}": draws.balance.isel(fiscal_year=-1),
        "layoffs": realised(draws, "layoffs"),
    }
    cases = {"all draws": np.ones(len(vote), bool),
             f"{union} approves": vote, f"{union} rejects": ~vote}
    table = pd.DataFrame({
        name: {what: mean_and_error(values.values[mask].astype(float))
               for what, values in columns.items()}
        for name, mask in cases.items()})
    table.loc["draws"] = [f"{mask.sum():,}" for mask in cases.values()]
    return table


def states(draws):
    """Each draw's state of the economy."""
    first, second = draws.recession.values.T == 1
    return pd.Categorical(
        np.select([first, second], ["recession in year 1", "in year 2 only"],
                  "no recession"),
        ["no recession", "in year 2 only", "recession in year 1"])


def regret(draws, prices=(0.0, 0.05, 0.1, 0.2)):
    """Mean regret of having the deal or not, by the price of a layoff.

    A decision is worth minus the shortfall at the end of the second year
    minus `price` a layoff (million USD); its regret in a draw is what the
    better decision of the two would have been worth more. Both branches are
    computed in each draw from the same random numbers.
    """
    state = states(draws)
    rows = {}
    for price in prices:
        worth = {b: np.minimum(closing(draws, b).isel(fiscal_year=-1), 0)
                 - price * draws.layoffs.sel(branch=b)
                 for b in ("deal", "no_deal")}
        best = np.maximum(worth["deal"], worth["no_deal"])
        for branch, value in worth.items():
            lost = (best - value).values
            row = {name: mean_and_error(lost[state == name])
                   for name in state.remove_unused_categories().categories}
            row["all draws"] = mean_and_error(lost)
            row["worst 1 in 20"] = tail_and_error(lost)
            rows[price, look.BRANCH_NAME[branch]] = row
    table = pd.DataFrame(rows).T
    table.index.names = ["price of a layoff, " + MILLION, "decision"]
    return table
