# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of sweeps (`make sweeps`) and of the forecast through time."""
import glob
import os
import re
import shlex

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.patheffects import withStroke

import look

FIRST_VOTE = "rounds/[0]/ratified"
BALANCED = "{}/{}/both_years"  # at the deadline or at close, branch


def episode(scenario):
    """The name without the day of a dated scenario: ct2011 of ct2011-06-24."""
    return re.sub(r"-\d\d-\d\d$", "", scenario)


def place(scenario):
    """The name before its first digit: ct of ct2011 and of ct2017-05-12."""
    return re.match(r"\D*", scenario)[0].rstrip("-") or scenario


def swept_scenario(sweep):
    """The scenario of a sweep: its points' command is planb run SCENARIO ..."""
    return shlex.split(str(sweep.command.values.flat[0]))[2]


def open_sweep(folder, name, scenario=None):
    """A sweep as planb collect joined it.

    With `scenario`, one of another scenario is as good as missing; the days
    of a scenario (ct2011-06-24 of ct2011) count as its own.
    """
    path = os.path.join(folder, f"sweep-{name}.h5")
    if not os.path.exists(path):
        raise look.Missing(
            f"sweep {name}: no file; `make sweep-{name}` makes it, of the "
            "scenario that params/sweeps.cmake names")
    sweep = xr.open_dataset(path, engine="h5netcdf")
    if scenario is not None:
        swept = swept_scenario(sweep)
        if scenario not in (swept, episode(swept)):
            raise look.Missing(f"sweep {name}: is one of {swept}, "
                               f"not of {scenario}")
    return sweep


def entry(sweep, name):
    """An estimate of the summary over the swept axes."""
    return sweep.value.sel(entry=name, drop=True)


def share_of(logit):
    """A logit as a share."""
    return 1 / (1 + np.exp(-np.asarray(logit, dtype=float)))


def draw_heat(figure, ax, x, y, values, label, levels):
    """Colours and labelled contours; values has shape (len(y), len(x))."""
    mesh = ax.pcolormesh(x, y, values, cmap=look.HEAT, vmin=0, vmax=1,
                         shading="nearest")
    if values.min() < values.max():
        halo = [withStroke(foreground=look.INK, linewidth=2.5)]
        lines = ax.contour(x, y, values, levels=levels, colors="white",
                           linewidths=1.2)
        labels = ax.clabel(lines, fmt=lambda p: f"{p:.0%}", fontsize=9)
        for artist in [*lines.collections, *labels]:
            artist.set_path_effects(halo)
    bar = figure.colorbar(mesh, ax=ax, label=label)
    look.percent(bar.ax.yaxis)
    ax.grid(False)


def phase(sweep):
    """The phase diagram of ratification: threshold against support."""
    values = entry(sweep, FIRST_VOTE).transpose("threshold", "support")
    figure, ax = plt.subplots(figsize=(7, 4.6))
    draw_heat(figure, ax, share_of(sweep.support), sweep.threshold.values,
              values.values, "chance of ratification",
              [0.1, 0.25, 0.5, 0.75, 0.9])
    ax.set_xlabel("support: yes share of the median unit")
    ax.set_ylabel("members in approving unions, share needed")
    ax.set_title("A higher threshold asks for more support")
    look.percent(ax.xaxis)
    look.percent(ax.yaxis)
    return figure


def notices(sweep):
    """Chance of balance at the deadline without a deal."""
    name = BALANCED.format("balanced_at_deadline", "no_deal")
    values = entry(sweep, name).transpose("notices", "revision")
    figure, ax = plt.subplots(figsize=(7, 4.6))
    draw_heat(figure, ax, np.expm1(sweep.revision.values),
              sweep.notices.values, values.values,
              "chance of balance at the deadline", [0.05, 0.5, 0.8, 0.9])
    ax.set_xlabel("revision of the revenue estimate")
    ax.set_ylabel("layoff notices")
    ax.set_title("How many notices are enough, without a deal")
    look.percent(ax.xaxis)
    look.thousands(ax.yaxis)
    return figure


def draw_curve(ax, x, sweep, name, colour, marker, label, **where):
    """An estimate with its error against a swept number."""
    y = entry(sweep, name).sel(**where)
    error = sweep.standard_error.sel(entry=name, **where)
    ax.errorbar(x, y, 2 * error, color=colour, marker=marker, capsize=2,
                label=label)


def psi(sweep):
    """What the target does when the revenue estimate improves."""
    figure, ax = plt.subplots(figsize=(7, 4))
    x = sweep["budget.psi"].values
    for branch, marker in (("deal", "o"), ("no_deal", "s"),
                           ("realised", "^")):
        draw_curve(ax, x, sweep, BALANCED.format("balanced_at_close", branch),
                   look.BRANCH[branch], marker, look.BRANCH_NAME[branch])
    ax.set_xlabel("psi: part of better revenue that lowers the target")
    ax.set_ylabel("both years close in balance")
    ax.set_title("Easing the target with better revenue")
    look.percent(ax.yaxis)
    ax.legend()
    return figure


def concession(sweep):
    """Chance of the deal and of balance against what it asks a member."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    effects = sweep["vote.cost_effect"].values
    for effect, colour, marker in zip(
            effects, (look.BLUE, look.ORANGE, look.GREEN, look.PURPLE),
            look.MARKERS):
        where = {"vote.cost_effect": effect}
        x = entry(sweep, "cost_per_member").sel(where).values
        label = f"{effect:+g} logit per $1,000" if effect else "no effect"
        draw_curve(left, x, sweep, FIRST_VOTE, colour, marker, label, **where)
        draw_curve(right, x, sweep,
                   BALANCED.format("balanced_at_close", "realised"),
                   colour, marker, label, **where)
    left.set_ylabel("first vote ratifies")
    right.set_ylabel("both years close in balance")
    left.set_title("Asking more of a member ...")
    right.set_title("... and what the budget gains")
    for ax in (left, right):
        ax.set_xlabel("concession, thousand USD a member and year")
        look.percent(ax.yaxis)
    left.legend(title="effect of cost on votes (assumed)")
    return figure


ELASTICITIES = (  # sweep, axis, what it is, what it moves, title of that
    ("cost-effect", "vote.cost_effect", "logit per $1,000 of cost",
     FIRST_VOTE, "first vote ratifies"),
    ("threat-effect", "vote.threat_effect", "logit per doubling of notices",
     FIRST_VOTE, "first vote ratifies"),
    ("health-effect", "vote.health_plan_effect",
     "logit where the plan is contested", FIRST_VOTE, "first vote ratifies"),
    ("security-effect", "vote.contract_security_effect",
     "logit where jobs are protected",
     "rounds/[0]/units/NP-4/contract", "NP-4 accepts its contract"),
)


def elasticities(folder, scenario=None):
    """The four effects that nothing identifies, one panel each."""
    sweeps, missing = [], []
    for name, *_ in ELASTICITIES:
        try:
            sweeps.append(open_sweep(folder, name, scenario))
        except look.Missing as what:
            missing.append(str(what))
    if missing:
        raise look.Missing("\n".join(missing))
    figure, axes = plt.subplots(1, 4, sharey=True, figsize=(13, 3.6))
    for ax, sweep, (name, axis, unit, moved, title) in zip(
            axes, sweeps, ELASTICITIES):
        draw_curve(ax, sweep[axis].values, sweep, moved, look.BLUE, "o", None)
        ax.axvline(0, color=look.GREY, linewidth=1)
        ax.set_xlabel(unit)
        ax.set_ylabel(title)
        ax.set_title(name.replace("-", " "))
        look.percent(ax.yaxis)
    return figure


# ---- through time

def rule_name(rule):
    """`sebac2011jul` as rule of July 2011; no date, no change."""
    found = re.search(r"(\d{4})([a-z]{3})?$", rule)
    if not found:
        return f"rule {rule}"
    year, month = found.groups()
    if month is None:
        return f"rule of {year}"
    return f"rule of {pd.Timestamp(f'{month} {year}'):%B %Y}"


def campaign(sweep):
    """One scenario's forecast on each day, under each rule."""
    days = pd.to_datetime(sweep.as_of.values)
    figure, ax = plt.subplots(figsize=(8, 4.2))
    for rule, colour, marker in zip(
            sweep.rule.values, (look.BLUE, look.ORANGE, look.GREEN),
            look.MARKERS):
        draw_curve(ax, days, sweep, FIRST_VOTE, colour, marker,
                   None, rule=rule)
        ax.annotate(rule_name(rule),
                    (1, entry(sweep, FIRST_VOTE).sel(rule=rule)[-1]),
                    xycoords=ax.get_yaxis_transform(), xytext=(4, 0), textcoords="offset points", color=colour,
                    va="center", weight="bold", annotation_clip=False)
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel("facts known before this day")
    ax.set_ylabel("first vote ratifies")
    ax.set_title("The same votes under two rules, as counts come in")
    look.percent(ax.yaxis)
    ax.set_xticks(days, [f"{day:%-d %b}" for day in days], fontsize=9)
    return figure


def dated_results(folder, scenario):
    """A row for each result of the scenario's place, by the date it knows."""
    rows = {}
    wanted = {"as_of": "text", "deal": "value", "ratified": "value",
              BALANCED.format("balanced_at_close", "realised"): "value"}
    for path in sorted(glob.glob(os.path.join(folder, "*.h5"))):
        with xr.open_dataset(path, engine="h5netcdf") as file:
            name = file.attrs.get("scenario_name")
        if name is None or place(name) != place(scenario):  # a sweep, another
            continue
        with xr.open_dataset(path, engine="h5netcdf", group="summary") as s:
            table = s.to_dataframe()
        rows[name] = [table.loc[e, column] for e, column in wanted.items()]
    table = pd.DataFrame.from_dict(
        rows, orient="index",
        columns=["as of", "deal", "ratified", "balanced at close"])
    return table.sort_values("as of")


def draw_days(ax, table):
    """The forecasts of one episode on the axis of time."""
    days = pd.to_datetime(table["as of"])
    for column, colour, marker in (
            ("ratified", look.BLUE, "o"), ("deal", look.GREEN, "s"),
            ("balanced at close", look.ORANGE, "^")):
        ax.plot(days, table[column].astype(float), marker, color=colour,
                linestyle=":", markersize=7, label=column)
    ax.set_xticks(days, [f"{day:%-d %b}" for day in days], fontsize=9,
                  rotation=90)
    margin = pd.Timedelta(days=6)
    ax.set_xlim(days.min() - margin, days.max() + margin)
    ax.set_xlabel(f"{days.min():%Y}")


def through_time(table):
    """The dated scenarios; episodes far apart are not joined by a line."""
    if len(table) < 2:
        raise look.Missing("forecast through time: needs results of two dated "
                           "scenarios in the folder")
    episodes = [rows for _, rows in table.groupby(table.index.map(episode))]
    episodes.sort(key=lambda rows: rows["as of"].min())
    figure, axes = plt.subplots(
        1, len(episodes), sharey=True, squeeze=False, figsize=(10, 4.6),
        width_ratios=[4 if len(rows) > 1 else 1 for rows in episodes])
    for ax, rows in zip(axes[0], episodes):
        draw_days(ax, rows)
        ax.set_title(f"Forecasts of {rows.index.map(episode)[0]}")
        look.percent(ax.yaxis)
    axes[0, 0].set_ylim(-0.02, 1.02)
    axes[0, 0].set_ylabel("probability")
    look.legend_below(axes[0, 0], 3, pad=7)  # below the upright days
    return figure
