#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes campaign.svg, the picture of the README: `make picture`."""
import pathlib

import matplotlib

matplotlib.use("svg")

import look  # noqa: E402
import sweep_figures  # noqa: E402

HERE = pathlib.Path(__file__).parent

look.use()
# Texts as texts, ids from a fixed salt: the same numbers, the same bytes.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "planb",
                            "font.family": "sans-serif"})
figure = sweep_figures.campaign(sweep_figures.open_sweep(HERE, "campaign"))
figure.savefig(HERE / "campaign.svg", metadata={"Date": None})
