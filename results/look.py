# SPDX-License-Identifier: GPL-3.0-or-later
"""How the pictures look: colours that the colour-blind tell apart, axes."""
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

# Okabe and Ito, "Color Universal Design", https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
VERMILLION, SKY, PURPLE = "#D55E00", "#56B4E9", "#CC79A7"
INK, GREY = "#222222", "#999999"
BRANCH = {"deal": BLUE, "no_deal": VERMILLION, "realised": INK}
BRANCH_NAME = {"deal": "with the deal", "no_deal": "without it",
               "realised": "as it happens"}
HEAT = "cividis"
MARKERS = "osD^vPX"


def use():
    """Sets what all pictures share."""
    plt.rcParams.update({
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#e5e5e5",
        "legend.frameon": False,
        "hist.bins": 40,
    })


class Missing(Exception):
    """What a picture needs is not there; the text says how to get it."""


def legend_below(ax, columns, pad=4.2):
    """The legend under the axes and the name of x, clear of all curves.

    `pad` is the room between axes and legend, in letters.
    """
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=columns,
              borderaxespad=pad, columnspacing=1.2)


def percent(axis):
    """Shows an axis of probabilities as percentages."""
    axis.set_major_formatter(FuncFormatter(
        lambda p, _: f"{round(100 * p, 6):g}%"))


def thousands(axis):
    """Shows an axis with commas: 12,000."""
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))


def zero_line(ax, vertical=False):
    """The line between surplus and deficit."""
    (ax.axvline if vertical else ax.axhline)(0, color=INK, linewidth=1.2)


def per_cent(p):
    """A probability in words of a title: 52%, <1%, >99%."""
    if 0 < p < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= p < 1 else f"{p:.0%}"
