#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the report: none is empty, and each shows what is in the file.

usage: test_figures.py SOURCE FILE.h5 [unittest options]

FILE.h5: a result with inputs. Exit code 77: a package is missing (Debian: python3-matplotlib
python3-pandas python3-xarray python3-h5netcdf), so nothing was checked.
"""
import json
import pathlib
import re
import sys
import tempfile
import unittest

try:
    import h5netcdf  # noqa: F401, the engine that figures.py asks for
    import matplotlib
    import numpy as np
    import pandas as pd
    import xarray as xr
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

matplotlib.use("Agg")
SOURCE, FILE = sys.argv[1:3]
RESULTS = pathlib.Path(SOURCE) / "results"
sys.dont_write_bytecode = True
sys.path.insert(0, str(RESULTS))

import figures  # noqa: E402, from results/
import look  # noqa: E402
import sweep_figures  # noqa: E402

look.use()


def ink(figure, ax):
    """The share of an axes' pixels that are neither white nor grid, and how many colours."""
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    box = ax.get_window_extent()
    top = pixels.shape[0] - int(box.y1)
    inside = pixels[top + 3:pixels.shape[0] - int(box.y0) - 3, int(box.x0) + 3:int(box.x1) - 3]
    colours, counts = np.unique(inside.reshape(-1, 3), axis=0, return_counts=True)
    spread = colours.max(axis=1).astype(int) - colours.min(axis=1)
    return counts[spread > 25].sum() / counts.sum(), (spread > 25).sum()


def sweep(axes, function, scenario="ct2011"):
    """A sweep as planb collect writes it, whose every estimate is function(*axes)."""
    names = list(axes)
    entries = [sweep_figures.FIRST_VOTE, "cost_per_member", "rounds/[0]/units/NP-4/contract"]
    entries += [sweep_figures.BALANCED.format(when, branch)
                for when in ("balanced_at_deadline", "balanced_at_close")
                for branch in ("deal", "no_deal", "realised")]
    grid = np.meshgrid(*[np.arange(len(v)) for v in axes.values()], indexing="ij")
    values = np.repeat(function(*grid)[..., np.newaxis], len(entries), axis=-1)
    commands = np.full(values.shape[:-1], f"planb run {scenario} --keep none", dtype=object)
    return xr.Dataset({"value": ((*names, "entry"), values),
                       "standard_error": ((*names, "entry"), 0.01 + 0 * values),
                       "command": (tuple(names), commands)},
                      coords={**axes, "entry": entries})


class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.draws, cls.summary = figures.open_result(FILE)
        cls.n = cls.draws.sizes["draw"]

    def check(self, figure, n_axes, words=""):
        """Every axes has ink in colour, labels on the outer axes, a title and ticks.

        `words` names the axis, x or y, whose ticks are words that need no label.
        """
        axes = [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]
        self.assertEqual(len(axes), n_axes)
        for ax in axes:
            share, colours = ink(figure, ax)
            self.assertGreater(share, 0.002, ax.get_title())
            self.assertGreater(colours, 0, ax.get_title())
            self.assertTrue(ax.get_title(loc="left"))
            place = ax.get_subplotspec()
            if place.is_last_row() and words != "x":
                self.assertTrue(ax.get_xlabel(), ax.get_title(loc="left"))
            if place.is_first_col() and words != "y":
                self.assertTrue(ax.get_ylabel(), ax.get_title(loc="left"))
        figures.plt.close(figure)

    def test_an_empty_picture_is_noticed(self):
        figure, ax = figures.plt.subplots()
        ax.set(title="empty", xlabel="x", ylabel="y")
        self.assertLess(ink(figure, ax)[0], 0.002)
        figures.plt.close(figure)

    def test_pictures_of_a_result(self):
        d, s = self.draws, self.summary
        self.check(figures.fan(d), 2, words="x")
        self.check(figures.outcomes(d, s), 3)
        self.check(figures.unions(d, s), 2)
        self.check(figures.both_years(d), 1)
        self.check(figures.layoffs(d), 1)
        self.check(figures.waterfall(d), 4, words="y")
        self.check(figures.tornado(d), 2)

    def test_the_fan_holds_its_share_of_draws(self):
        figure, ax = figures.plt.subplots()
        values = self.draws.balance.values
        figures.draw_fan(ax, [0, 1], values, "k")
        band = ax.collections[0].get_paths()[0].vertices
        for x in (0, 1):
            low, high = np.quantile(values[:, x], [0.05, 0.95])
            heights = band[band[:, 0] == x, 1]
            self.assertAlmostEqual(heights.min(), low)
            self.assertAlmostEqual(heights.max(), high)
        figures.plt.close(figure)

    def test_histograms_count_every_draw_once(self):
        figure = figures.outcomes(self.draws, self.summary)
        heights = [sum(p.get_height() for p in ax.patches) for ax in figure.axes]
        self.assertAlmostEqual(heights[0], 1.0)
        self.assertAlmostEqual(heights[1], 1.0)
        self.assertGreater(heights[2], 0.98)  # the far tails are cut off
        ratified = sum(p.get_height() for p in figure.axes[0].containers[0])
        self.assertAlmostEqual(
            ratified, float((self.draws.rule_satisfied.isel(round=0) == 1).mean()))
        self.assertIn(0.0, np.round([p.get_x() for p in figure.axes[2].patches], 9))
        figures.plt.close(figure)

    def test_the_union_table_is_the_summary(self):
        table = figures.union_table(self.summary, 0)
        self.assertEqual(set(table.index), set(self.draws.union.values))
        for union in table.index:
            at = f"rounds/[0]/unions/{union}/"
            for what in ("approves", "pivotal", "tipping", "lost_deal_share", "banzhaf"):
                expected = self.summary.value[at + what]
                self.assertTrue(table.loc[union, what] == expected or np.isnan(expected))

    def test_the_waterfall_ends_at_the_balance(self):
        for branch in ("deal", "no_deal"):
            for year in self.draws.fiscal_year.values:
                steps = figures.steps_to_close(self.draws, branch, year)
                mean = float(figures.closing(self.draws, branch).sel(fiscal_year=year).mean())
                self.assertAlmostEqual(steps.sum(), mean, places=6)

    def test_exceedance_is_the_share_above(self):
        x, share = figures.exceedance(np.array([3.0, 1.0, 2.0, 2.0]))
        self.assertEqual(x.tolist(), [0, 1, 2, 2, 3])
        self.assertEqual(share.tolist(), [1, 0.75, 0.5, 0.25, 0])
        self.assertEqual(share[np.searchsorted(x, 2, side="right") - 1], 0.25)

    def test_sensitivity_of_a_sum_is_known(self):
        # y = 3 a + b + 0 c, uniform with variance 1: shares 0.9, 0.1, 0 (32 classes lose one part
        # in 32^2 of them); the mean of the highest tenth is 0.45 sqrt(12).
        random = np.random.default_rng(1)
        inputs = np.sqrt(12) * (random.random((100_000, 3)) - 0.5)
        tenth = 0.45 * np.sqrt(12)
        table = figures.sensitivity(inputs, 3 * inputs[:, 0] + inputs[:, 1])
        self.assertEqual(table.index.tolist(), [0, 1, 2])
        np.testing.assert_allclose(table.share, [0.9, 0.1, 0.0], atol=0.005)
        np.testing.assert_allclose(table.high, [3 * tenth, tenth, 0], atol=0.06)
        np.testing.assert_allclose(table.low, [-3 * tenth, -tenth, 0], atol=0.06)

    def test_what_if_counts_draws(self):
        union = figures.decisive_union(self.summary)
        table = figures.what_if(self.draws, union)
        vote = self.draws.union_vote.isel(round=0).sel(union=union).values == 1
        ratified = self.draws.rule_satisfied.isel(round=0).values == 1
        self.assertEqual(table.loc["draws"].tolist(),
                         [f"{self.n:,}", f"{vote.sum():,}", f"{(~vote).sum():,}"])
        shown = float(table.loc["first vote ratifies", f"{union} approves"].split()[0])
        self.assertAlmostEqual(shown, ratified[vote].mean(), places=2)

    def test_errors_say_how_many_digits_count(self):
        self.assertEqual(figures.mean_and_error(np.array([0.0, 1.0] * 200)), "0.50 ± 0.03")
        self.assertEqual(figures.mean_and_error(np.zeros(5)), "0")
        self.assertEqual(figures.mean_and_error(np.zeros(1)), "- (n = 1)")

    def test_regret_is_none_for_the_better_branch_of_a_draw(self):
        table = figures.regret(self.draws, prices=(0.1,))
        self.assertEqual(table.index.get_level_values("decision").tolist(),
                         ["with the deal", "without it"])
        number = table.apply(lambda column: column.map(
            lambda cell: float(cell.split()[0].replace(",", ""))))
        self.assertTrue((number.values >= 0).all())
        last = self.draws.fiscal_year.values[-1]
        worth = [np.minimum(figures.closing(self.draws, b).sel(fiscal_year=last), 0)
                 - 0.1 * self.draws.layoffs.sel(branch=b) for b in ("deal", "no_deal")]
        difference = float((worth[0] - worth[1]).mean())
        self.assertAlmostEqual(number["all draws"].iloc[1] - number["all draws"].iloc[0],
                               difference, delta=1.01)  # both are rounded

    def test_inputs_have_names(self):
        self.assertEqual(figures.input_name("revenue:personal_income:1"),
                         "revenue error of personal income in year 1")
        self.assertEqual(figures.input_name("new_kind:a:2"), "new kind, a, 2")
        for name in self.draws.input.values:
            self.assertNotIn("{", figures.input_name(name))

    def test_a_file_without_inputs_says_so(self):
        with self.assertRaisesRegex(look.Missing, "--keep inputs"):
            figures.tornado(self.draws.drop_vars("inputs"))

    def test_pictures_of_sweeps(self):
        s = sweep_figures
        two = {"threshold": [0.5, 0.8, 0.9], "support": [0.0, 0.5]}
        rising = sweep(two, lambda i, j: 0.1 + 0.2 * i + 0.3 * j)
        figure = s.phase(rising)
        mesh = figure.axes[0].collections[0].get_array()
        np.testing.assert_allclose(np.ravel(mesh), [0.1, 0.4, 0.3, 0.6, 0.5, 0.8])
        self.check(figure, 1)
        self.check(s.notices(sweep({"notices": [0, 100, 200], "revision": [-0.01, 0.0]},
                                   lambda i, j: 0.1 + 0.2 * i + 0.3 * j)), 1)
        self.check(s.psi(sweep({"budget.psi": [0.0, 1.0]}, lambda i: 0.5 + 0.1 * i)), 1)
        self.check(s.concession(sweep({"wage": [0.0, 9.0], "vote.cost_effect": [0.0, -0.08]},
                                      lambda i, j: 0.5 + 0.1 * i * j)), 2)
        self.check(s.campaign(sweep({"as_of": ["2011-06-16", "2011-06-20"],
                                     "rule": ["old", "new"]}, lambda i, j: 0.2 + 0.3 * j * i)), 1)
        with tempfile.TemporaryDirectory() as folder:
            for name, axis, *_ in s.ELASTICITIES:
                sweep({axis: [-0.1, 0.0, 0.1]}, lambda i: 0.4 + 0.1 * i).to_netcdf(
                    f"{folder}/sweep-{name}.h5", engine="h5netcdf")
            figure = s.elasticities(folder, "ct2011")
            self.assertEqual(len({ax.get_ylim() for ax in figure.axes}), 1)
            self.check(figure, 4)
            with self.assertRaisesRegex(look.Missing, "make sweep-phase"):
                s.open_sweep(folder, "phase")

    def test_a_sweep_of_another_scenario_is_not_drawn(self):
        s = sweep_figures
        with tempfile.TemporaryDirectory() as folder:
            sweep({"x": [0.0, 1.0]}, lambda i: 0.5 * i, "ct2011-06-24").to_netcdf(
                f"{folder}/sweep-a.h5", engine="h5netcdf")
            for scenario in ("ct2011-06-24", "ct2011"):
                self.assertEqual(s.open_sweep(folder, "a", scenario).sizes["x"], 2)
            for scenario in ("mystate", "ct2011-08-17", "ct2011-06", "ct2017"):
                with self.assertRaisesRegex(look.Missing, f"ct2011-06-24, not of {scenario}$"):
                    s.open_sweep(folder, "a", scenario)

    def test_names_of_rules_and_places(self):
        names = {"sebac1996": "rule of 1996", "sebac2011jul": "rule of July 2011",
                 "majority": "rule majority"}
        for rule, name in names.items():
            self.assertEqual(sweep_figures.rule_name(rule), name)
        places = {"ct2011": "ct", "ct2017-05-12": "ct", "mystate": "mystate", "my-town-2": "my-town"}
        for scenario, place in places.items():
            self.assertEqual(sweep_figures.place(scenario), place)

    def test_the_reserve_fills_gaps(self):
        close = self.draws.isel(fiscal_year=-1)
        zero = self.draws.balance.where(self.draws.balance > 100, 0)
        use = self.draws.reserve_use + 1
        filled = self.draws.assign(balance=zero, reserve_use=use)
        share = float((close.balance <= 100).mean())
        self.assertIn(look.per_cent(share), figures.filled_by_reserve(filled))
        self.assertEqual(figures.filled_by_reserve(self.draws.assign(balance=zero + 1)), "")

    def test_results_through_time(self):
        folder = str(pathlib.Path(FILE).parent)
        name = self.draws.attrs["scenario_name"]
        self.assertEqual(len(sweep_figures.dated_results(folder, "elsewhere2011")), 0)
        table = sweep_figures.dated_results(folder, name)
        self.assertEqual(table.loc[name, "deal"], self.summary.value["deal"])
        self.assertEqual(table.loc[name, "as of"], self.summary.text["as_of"])
        with self.assertRaisesRegex(look.Missing, "two dated"):
            sweep_figures.through_time(table.loc[[name]])
        row = table.loc[name].to_dict()
        days = {"x2011-03-02": "2011-03-02", "x2011-08-17": "2011-08-17",
                "x2017-05-12": "2017-05-12"}
        three = pd.DataFrame({n: {**row, "as of": day} for n, day in days.items()}).T
        figure = sweep_figures.through_time(three)
        self.assertEqual([len(ax.lines[0].get_xdata()) for ax in figure.axes], [2, 1])
        self.check(figure, 2)


class Notebook(unittest.TestCase):
    def test_outputs_are_stripped(self):
        notebook = json.loads((RESULTS / "analysis.ipynb").read_text())
        for cell in notebook["cells"]:
            self.assertFalse(cell.get("outputs"))
            self.assertIsNone(cell.get("execution_count"))

    def test_each_picture_is_introduced(self):
        cells = json.loads((RESULTS / "analysis.ipynb").read_text())["cells"]
        for before, cell in zip(cells, cells[1:]):
            source = "".join(cell["source"])
            captioned = re.search(r"^(show|sweep)\(\n    \"\w", source, re.MULTILINE)
            if cell["cell_type"] == "code" and "figures." in source and "import" not in source:
                self.assertTrue(captioned or before["cell_type"] == "markdown", source)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
