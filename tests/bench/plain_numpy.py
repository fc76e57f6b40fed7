# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of models/MODEL.md as one would write it in NumPy: whole arrays of draws, NumPy's own
generators, plain Monte Carlo. bench.py times it against planb and holds the results together.

Written to be fast: a chunk of draws stays in cache, units and streams are rows, evidence is one
matrix product. It knows what the scenarios of Connecticut 2011 use and refuses the rest.
"""
import datetime
import math
from fractions import Fraction

import numpy as np

EPOCH = datetime.date(1970, 1, 1)
DEAL, NO_DEAL = 0, 1


def days(date):
    return (date - EPOCH).days


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def logit(p):
    return math.log(p / (1.0 - p))


def quantity(given, rng, n):
    """A number of days or weeks: fixed, triangular or exponential."""
    if isinstance(given, dict):
        if "triangular" in given:
            return rng.triangular(*given["triangular"], size=n)
        return rng.exponential(given["exponential"], size=n)
    return np.full(n, float(given))


def modal(given):
    if isinstance(given, dict):
        return given["triangular"][1] if "triangular" in given else given["exponential"]
    return float(given)


def only(condition, what):
    if not condition:
        raise SystemExit(f"plain_numpy.py does not know {what}")


class Votes:
    """Support, turnout, ballots and the rules of both rounds."""

    def __init__(self, s):
        v, self.v = s["vote"], s["vote"]
        self.unions, self.rounds, self.rules = s["unions"], s["rounds"], s["rules"]
        units = [dict(u, parent=k) for k, union in enumerate(s["unions"]) for u in union["units"]]
        sectors = sorted({u["sector"] for u in units})
        self.units = units
        self.members = np.array([u["members"] for u in units])
        self.parent = np.array([u["parent"] for u in units])
        self.first = np.searchsorted(self.parent, np.arange(len(s["unions"])))
        self.union_members = np.add.reduceat(self.members, self.first)
        self.sector = np.array([sectors.index(u["sector"]) for u in units])
        self.mean = np.array([v["mu0"] + u["offset"] for u in units])[:, None]
        self.mbar = float(self.members @ self.mean[:, 0] / self.members.sum())
        self.turnout = np.array([logit(u["turnout"]) for u in units])[:, None]
        only(all(u.get("contract_security") and "notices" not in u for u in units),
             "units that need no contract for protection, or have notices of their own")
        for union in s["unions"]:
            only(union["aggregate"] == "ballots" and not union["abstains"], "this kind of union")
        self.known(s)
        self.effects(len(sectors))
        self.evidence(s)

    def known(self, s):
        """Counts dated before as_of, by round: of units and of unions."""
        as_of = s["scenario"]["as_of"]

        def used(x):
            counts = x.get("counted", [])
            counts = [c for c in (counts if isinstance(counts, list) else [counts])
                      if c["date"] < as_of]
            only(all(c["round"] == 1 for c in counts), "counts of the second round")
            return counts[0] if counts else None

        self.unit_count = {u: used(x) for u, x in enumerate(self.units) if used(x)}
        self.union_count = {k: used(x) for k, x in enumerate(self.unions) if used(x)}
        for k, c in self.union_count.items():
            only("result" in c or len(self.unions[k]["units"]) == 1, "pooled counts")

    def effects(self, n_sectors):
        """Rows of the effects behind support, and the sd of each."""
        v, n_unions, n_units = self.v, len(self.unions), len(self.units)
        sizes = [1, n_sectors, n_unions, n_units, n_unions, n_unions, 1, n_units]
        ends = np.cumsum([0] + sizes)
        (self.C, self.S, self.W, self.V, self.D1, self.D2, self.shift, self.noise) = (
            slice(a, b) for a, b in zip(ends[:-1], ends[1:]))
        sd = [v["sd_coalition"], v["sd_sector"], v["sd_union"], v["sd_unit"],
              v["sd_late_swing"], v["sd_late_swing"],
              self.rounds[1]["shift"]["sd"], self.rounds[1]["noise"]]
        self.sd = np.repeat(sd, sizes)
        self.is_t = np.zeros(ends[-1], bool)
        for rows in (self.C, self.V, self.D1, self.D2, self.shift):
            self.is_t[rows] = True

    def weights(self, units, final):
        """z of the first round is mean + h x; h of a group of units, by members."""
        h, share = np.zeros(len(self.sd)), self.members[units] / self.members[units].sum()
        for u, w in zip(units, share):
            h[self.C.start] += w
            h[self.S.start + self.sector[u]] += w
            h[self.W.start + self.parent[u]] += w
            h[self.V.start + u] += w
            h[self.D1.start + self.parent[u]] += w if final else 0.0
        return float(share @ self.mean[units, 0]), h

    def evidence(self, s):
        """Conditioning x' = x + K (z - H x - e): one gain for all figures (SPEC C.4)."""
        figures, as_of = [], s["scenario"]["as_of"]
        ids = {u["id"]: [i] for i, u in enumerate(self.units)}
        for k, union in enumerate(self.unions):
            ids[union["id"]] = [i for i, u in enumerate(self.units) if u["parent"] == k]
        for e in s.get("evidence", []):
            if e["date"] < as_of:
                sd = s["evidence_sd"][e["kind"]]
                only(e["round"] == 1 and sd["bias"] == 0.0, "this evidence")
                figures.append((e["date"], ids[e["group"]], e, False, sd["noise"]))
        for k, c in self.union_count.items():
            figures.append((c["date"], ids[self.unions[k]["id"]], c, True, 0.0))
        for u, c in self.unit_count.items():
            figures.append((c["date"], [u], c, True, 0.0))
        figures.sort(key=lambda f: f[0])
        self.H = None
        rows, z, error = [], [], []
        mean, cov = np.zeros(len(self.sd)), np.diag(self.sd ** 2)
        for _, units, c, final, noise in figures:
            m, h = self.weights(np.array(units), final)
            v = cov @ h
            prior, variance = m + h @ mean, h @ v + noise ** 2
            value, r = (result if "result" in c else ballots)(c, prior, variance)
            gain = v / (variance + r)
            mean += gain * (value - prior)
            cov -= np.outer(gain, v)
            rows.append(h), z.append(value - m), error.append(noise ** 2 + r)
        if rows:
            self.H, self.z = np.array(rows), np.array(z)[:, None]
            self.error = np.sqrt(error)[:, None]
            prior = self.H * self.sd ** 2
            self.K = np.linalg.solve(prior @ self.H.T + np.diag(error), prior).T

    def support(self, rng, n):
        x = rng.standard_normal((len(self.sd), n))
        df = self.v["df"]
        x[self.is_t] = rng.standard_t(df, (int(self.is_t.sum()), n)) * math.sqrt((df - 2) / df)
        x *= self.sd[:, None]
        if self.H is not None:
            x += self.K @ (self.z - self.H @ x - self.error * rng.standard_normal((len(self.z), n)))
        second, k = self.rounds[1], self.rounds[1]["persistence"]
        eta1 = x[self.V] + (x[self.W] + x[self.D1])[self.parent]
        eta1 += x[self.S][self.sector] + (x[self.C] + self.mean)
        centre = self.mbar + x[self.C]
        eta2 = k * (eta1 - centre) + x[self.noise] + x[self.D2][self.parent]
        eta2 += centre + x[self.shift] + (second["shift"]["mean"] - second["backlash"])
        return eta1, eta2

    def vote(self, r, eta, rng):
        """Ballots, yes votes of the units on both questions; the unions' votes; the rule."""
        v, shape = self.v, eta.shape
        turnout = rng.standard_normal(shape) * v["turnout_sd_unit"]
        turnout += self.turnout + v["turnout_sd_common"] * rng.standard_normal((1, shape[1]))
        cast = rng.binomial(self.members[:, None], logistic(turnout))
        yes = rng.binomial(cast, logistic(eta))
        counts = dict(self.unit_count)
        counts.update({self.first[k]: c for k, c in self.union_count.items() if "result" not in c})
        for u, c in counts.items():
            if c["round"] == r + 1:
                yes[u], cast[u] = c["yes_ballots"], c["yes_ballots"] + c["no_ballots"]
        contract = rng.standard_normal(shape) * v["contract_sd"] + v["contract_shift"]
        contract = rng.binomial(cast, logistic(contract + eta))
        coverage = self.members @ (2 * contract > cast) / self.members.sum()
        cast, yes = (np.add.reduceat(a, self.first, axis=0) for a in (cast, yes))
        approves = 2 * yes > cast
        for k, c in self.union_count.items():
            if "result" in c and c["round"] == r + 1:
                approves[k] = c["result"] == "approved"
        holds = self.holds(self.rules[self.rounds[r]["rule"]], approves, cast, yes)
        ballots_cast = cast.sum(axis=0)
        return {"approves": approves, "holds": holds, "coverage": coverage,
                "unions": approves.sum(axis=0), "represented": self.union_members @ approves,
                "turnout": ballots_cast / self.members.sum(),
                "share": yes.sum(axis=0) / ballots_cast}

    def holds(self, rule, approves, cast, yes):
        ((kind, given),) = rule.items()
        if kind in ("all", "any"):
            parts = [self.holds(part, approves, cast, yes) for part in given]
            return (np.logical_and if kind == "all" else np.logical_or).reduce(parts)
        n, members = len(self.unions), int(self.union_members.sum())
        value, whole = {
            "unions_approving": lambda: (approves.sum(axis=0), n),
            "unions_opposed": lambda: (n - approves.sum(axis=0), n),
            "members_represented": lambda: (self.union_members @ approves, members),
        }[kind]()
        ((comparison, bound),) = given.items()
        bound = Fraction(str(bound))
        left, right = value * bound.denominator, whole * bound.numerator
        if bound.denominator == 1:
            right = bound.numerator
        return {"at_least": left >= right, "more_than": left > right,
                "at_most": left <= right, "less_than": left < right}[comparison]


def ballots(c, mean, variance):
    """The normal value and variance that stand for yes and no ballots (SPEC C.4)."""
    yes, no = c["yes_ballots"], c["no_ballots"]
    n, z = yes + no, mean
    for _ in range(200):
        p = 1.0 / (1.0 + math.exp(-z))
        slope, curvature = yes - n * p - (z - mean) / variance, n * p * (1 - p) + 1.0 / variance
        z += max(-1.0, min(1.0, slope / curvature))
    r = 1.0 / (n * p * (1 - p))
    return z + (z - mean) * r / variance, r


def result(c, mean, variance):
    """The same for a result without figures: the moments of a normal cut at 0."""
    sign, sd = (1.0 if c["result"] == "approved" else -1.0), math.sqrt(variance)
    cut = -sign * mean / sd
    hazard = math.exp(-cut * cut / 2) / math.sqrt(2 * math.pi) / (0.5 * math.erfc(cut / math.sqrt(2)))
    loss = hazard * (hazard - cut)
    return mean + sign * sd * hazard / loss, variance * (1.0 - loss) / loss


class Money:
    """Revenue, savings, Plan B, layoffs, the controls of the first year, and the ledger."""

    def __init__(self, s):
        self.s = s
        start = s["dates"]["fy_start"]
        self.start = [days(start.replace(year=start.year + y)) for y in range(3)]
        self.streams(s["revenue"])
        b = s["budget"]
        share = np.array(b["fund_share"])
        assumed = np.array(b["labor_savings_assumed"]) * share * b["labor_in_appropriations"]
        self.appropriations = np.array(b["appropriations"]) + assumed
        self.options = sorted(s["plan_b"], key=lambda o: o["priority"])

    def streams(self, rev):
        only(rev["method"] == "parametric" and not rev["policies"] and rev["baseline_is"] == "median"
             and rev["bias"] == "none" and not rev["revisions"]["observed"], "this revenue")
        ids = [x["id"] for x in rev["streams"]]
        corr = np.eye(len(ids))
        for pair, value in rev["correlation"].items():
            i, j = (ids.index(x) for x in pair.split("/"))
            corr[i, j] = corr[j, i] = value
        self.cholesky = np.linalg.cholesky(corr)
        self.base = np.array([x["baseline"] for x in rev["streams"]])
        months = np.array([(self.start[1] - days(x["made_on"])) / (365.25 / 12) if "made_on" in x
                           else 12.0 for x in rev["streams"]])
        sd = np.array([x["sd"] for x in rev["streams"]])
        ratio = np.array([x["second_year_ratio"] for x in rev["streams"]])
        self.sd = [(sd * (np.maximum(months, 6.0) / 12.0) ** 0.55)[:, None], (sd * ratio)[:, None]]
        r = rev["recession"]
        self.p = [r["first_year"], (r["enter"], r["persist"])]
        p2 = r["first_year"] * r["persist"] + (1 - r["first_year"]) * r["enter"]
        normal = np.array([x["shift"]["normal"] for x in rev["streams"]])
        recession = np.array([x["shift"]["recession"] for x in rev["streams"]])
        centre = [(1 - p) * normal + p * recession for p in (r["first_year"], p2)]
        self.shift = [np.array([normal - c, recession - c]).T for c in centre]
        self.shares = np.array(rev["revisions"]["shares"])
        self.df, self.cap = rev["df"], rev["error_cap"]

    def revenue(self, rng, n):
        """Two years of revenue, and the official estimates: at the deadline, then the first
        year's at each later date."""
        k = len(self.base)
        scale = np.sqrt((self.df - 2) / rng.chisquare(self.df, (2, n)))
        r1 = (rng.random(n) < self.p[0]).astype(np.intp)
        r2 = (rng.random(n) < np.take(self.p[1], r1)).astype(np.intp)
        parts = np.sqrt(np.append(self.shares, 1.0 - self.shares.sum()))
        path = rng.standard_normal((len(parts), k, n)) * parts[:, None, None]
        np.cumsum(path, axis=0, out=path)
        path = self.cholesky @ path
        path *= self.sd[0] * scale[0]
        late = self.shift[0][:, r1]
        e1 = path[-1] + late
        e2 = e1 + self.shift[1][:, r2]
        e2 += (self.cholesky @ rng.standard_normal((k, n))) * (self.sd[1] * scale[1])
        known = path[:-1]
        known[-1] += late
        cap = self.cap

        def money(base, e):
            return base @ np.exp(np.clip(e, -cap, cap))

        first, second = self.base.T
        revenue = np.array([money(first, e1), money(second, e2)])
        official = np.array([money(first, known[0]), money(second, known[0])])
        return revenue, official, [money(first, e) for e in known[1:]]

    def year_left(self, y, day):
        return np.clip((self.start[y + 1] - day) / (self.start[y + 1] - self.start[y]), 0.0, 1.0)

    def savings(self, rng, n, coverage, in_force):
        rho, sums = self.s["savings_correlation"], np.zeros((2, n))
        booked_late, booked = np.zeros(n), np.zeros(2)
        common = rng.standard_normal(n)
        for j in self.s["savings"]:
            z = math.sqrt(rho) * common + math.sqrt(1 - rho) * rng.standard_normal(n)
            mean, sd = j["realised"]["mean"], j["realised"]["sd"]
            realised = np.clip(mean + sd * self.t5(z), 0.0, 1.5)
            start = days(j["from"]) if "from" in j else self.start[0]
            for y in range(2):
                amount = j["amount"][y] * j["fund_share"][y]
                booked[y] += amount
                if j["question"] == "unit_contract":
                    amount = amount * coverage
                if j["phase"] == "linear":
                    amount = amount * self.year_left(y, np.maximum(in_force, start))
                elif j["phase"] == "before_date":
                    amount = amount * (in_force <= start + self.start[y] - self.start[0])
                sums[y] += amount * realised
                if y == 0:
                    booked_late += amount
        return sums, booked, booked_late

    @staticmethod
    def t5(z):
        """The standardised t with 5 df whose normal score is z: a table, read by np.interp."""
        return np.interp(z, *Money.T5)

    def per_notice(self, y, issued):
        lay, money = self.s["layoffs"], 0.0
        delay = 7.0 * (modal(lay["notice_weeks"]) + modal(lay["bumping_delay_weeks"]))
        for batch in lay["batches"]:
            positions = batch["share"] * (1 - lay["rescinded_share"])
            money = money + self.layoff(y, positions, issued + batch["after_days"] + delay)
        return money

    def saved(self, y, positions, day):
        lay = self.s["layoffs"]
        untaxed = 1.0 - lay["income_tax_loss"] * 2.0 / 3.0
        each = lay["gross_per_position"] * lay["bumping"] * untaxed * 1e-6
        return positions * each * self.year_left(y, day)

    def cost(self, y, positions, day):
        lay = self.s["layoffs"]
        each = lay["payout"] + (1 - lay["voluntary_share"]) * lay["unemployment"]
        in_year = (day < self.start[y + 1]) & ((day >= self.start[y]) | (y == 0))
        return positions * each * 1e-6 * in_year

    def layoff(self, y, positions, day):
        return self.saved(y, positions, day) - self.cost(y, positions, day)

    def plan_b(self, rng, n, failed, target, gap):
        """Options by priority until both years are covered, then more notices (SPEC E.4)."""
        sel, lay, muni = self.s["plan_b_selection"], self.s["layoffs"], self.s["municipal"]
        issued = failed + 1.0 + lay["lead_days"]
        if "decided" in lay:
            issued = np.full(n, days(lay["decided"]) + float(lay["lead_days"]))
        only("notice_first" not in self.s["dates"], "a first day for notices")
        each = np.array([self.per_notice(y, issued) for y in range(2)])
        only(sel["needs"] == "larger", "this need")
        needed = sel["overshoot"] * np.maximum(np.maximum(target, gap), 0.0)
        booked = lay["notices"] * each
        options, realised = np.zeros((2, n)), np.zeros((2, n))
        town_booked, town_cut, town_staff = np.zeros((2, n)), np.zeros(n), np.zeros(n)
        passed, common = {}, rng.standard_normal(n)
        for o in self.options:
            rho = 0.0 if o["owner"] == "executive" else sel["correlation"]
            score = math.sqrt(rho) * common + math.sqrt(1 - rho) * rng.standard_normal(n)
            take = (score < normal_quantile(o["p_pass"])) & ((booked < needed).any(axis=0))
            for other in o["needs"]:
                take &= passed[other]
            for other in o["excludes"]:
                take &= ~passed.get(other, np.zeros(n, bool))
            day = np.maximum(failed, days(o["earliest"])) if "earliest" in o else failed
            left = np.array([self.year_left(y, day) for y in range(2)])
            amount = np.array(o["amount"])[:, None] * left
            if o["class"] == "municipal_aid":
                take &= (town_booked + amount <= muni["cap"] + 1e-6).all(axis=0)
            passed[o["id"]] = take
            df = 5
            t = rng.standard_t(df, n) * math.sqrt((df - 2) / df)
            share = np.clip(o["realised"]["mean"] + o["realised"]["sd"] * t, 0.0, 1.5)
            amount *= take
            if o["class"] == "municipal_aid":
                cut = amount[0] * share
                town_booked += amount
                town_cut += cut
                town_staff += cut * self.pass_through(day)
            amount *= np.array(o["fund_share"])[:, None]
            booked = booked + amount
            options += amount
            realised += amount * share
        missing = np.maximum(needed - booked, 0.0)
        more = np.zeros(n)
        if sel["replace_with_layoffs"]:
            with np.errstate(divide="ignore", invalid="ignore"):
                more = np.where((missing > 0) & (each > 0), np.ceil(missing / each), 0.0).max(axis=0)
        notices = lay["notices"] + np.clip(more, 0.0, sel["notices_cap"] - lay["notices"])
        kept = np.minimum(1.0, muni["cap"] / np.maximum(town_cut, 1e-9))
        return (notices, notices * each, options, realised,
                np.minimum(town_cut, muni["cap"]), kept * town_staff)

    def pass_through(self, day):
        muni, late = self.s["municipal"], days(self.s["dates"]["local_budgets_set"])
        return muni["pass_through"] + muni["late_pass_through"] * (day > late)

    def layoffs(self, rng, n, failed, in_force, second, coverage, notices):
        """Notices, positions, savings and costs of the two branches (SPEC E.5). A deal does
        nothing for the notices of units that refuse their contract, by members 1 - coverage."""
        lay = self.s["layoffs"]
        decided = days(lay["decided"]) + np.zeros(n) if "decided" in lay else failed + 1.0
        first = decided + lay["lead_days"]
        delay = 7.0 * (quantity(lay["notice_weeks"], rng, n)
                       + quantity(lay["bumping_delay_weeks"], rng, n))
        sums = np.zeros((2, 2, n))  # of savings less costs, by branch and year
        issued_notices, positions = np.zeros((2, n)), np.zeros((2, n))
        for batch in lay["batches"]:
            issued = first + batch["after_days"]
            day = issued + delay
            in_time = day < self.start[2]
            kept = 1 - lay["rescinded_share"]
            for branch in (DEAL, NO_DEAL):
                sent = batch["share"] * notices
                back = 0.0
                if branch == DEAL:
                    ordered = second | ("decided" in lay)
                    sent = np.where(second, sent, batch["share"] * float(lay["notices"]))
                    refused = sent * ordered * (1 - coverage)
                    sent = sent * (ordered & (issued < in_force)) * coverage
                    withdrawn = np.where(day >= in_force, 1 - lay["withdrawn_by_deal"], 1.0)
                    out = sent * kept * withdrawn
                    back = out * lay["rehired_by_deal"] * (day < in_force)
                    sent, out = sent + refused, out + refused * kept
                else:
                    out = sent * kept
                issued_notices[branch] += sent
                positions[branch] += out * in_time
                for y in range(2):
                    sums[branch, y] += self.layoff(y, out, day)
                    if branch == DEAL:
                        sums[branch, y] -= self.saved(y, back, in_force)
        return np.floor(issued_notices + 0.5), np.floor(positions + 0.5), sums, decided

    def midyear(self, rng, n, bare, booked, in_force, layoffs, decided, town_cut, town_staff):
        """Rescissions and mitigation plans of the first year, by branch (SPEC E.7)."""
        p, app = self.s["rescission"], self.s["budget"]["appropriations"][0]
        only(not p["municipal_aid"], "rescissions of aid to towns")
        cap = min(p["per_appropriation"] * p["discretionary_share"], p["per_fund"]) * app
        dates = [days(d) for d in self.s["revenue"]["revisions"]["dates"][1:]]
        passage = rng.random((3, n)) < p["p_mitigation"]
        out = []
        for branch in (DEAL, NO_DEAL):
            cuts, plans, asked = np.zeros(n), np.zeros(n), np.zeros(n, bool)
            for t, day in enumerate(dates):
                deficit = bare[t] - booked[branch] * (in_force[branch] <= day)
                deficit = deficit - layoffs[branch, 0] * (decided <= day) - cuts - plans
                room = cap * min(1.0, 2.0 * float(self.year_left(0, float(day)))) - cuts
                cut = np.maximum(0.0, np.minimum(p["response"] * deficit, room))
                cuts = cuts + cut * (deficit > 0)
                trigger = deficit > p["mitigation_trigger"] * app
                asked |= trigger
                plan = np.minimum(p["mitigation_share"] * deficit, deficit - cut)
                plans = plans + plan * (trigger & passage[t])
            out.append((cuts, plans, asked))
        return out

    def close(self, flow):
        """Balances of a branch after the reserve, and whether both years close without deficit."""
        b, reserve, carry = self.s["budget"], self.s["budget"]["reserve_fund"], self.s["budget"]["opening_deficit"]
        balances, balanced = [], True
        for y in range(2):
            balance = flow[y] - carry
            use = np.minimum(reserve, np.maximum(0.0, -balance))
            room = np.maximum(0.0, b["reserve_cap"] - reserve)
            reserve = reserve + np.minimum(b["reserve_deposit"] * np.maximum(0.0, balance), room) - use
            closing = balance + use
            carry = np.maximum(0.0, -closing) * b["carry_share"]
            balances.append(closing)
            balanced = balanced & (closing >= 0)
        return balances, balanced


def normal_quantile(p):
    if p <= 0.0 or p >= 1.0:
        return -math.inf if p <= 0.0 else math.inf
    low, high = -10.0, 10.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if 0.5 * math.erfc(-middle / math.sqrt(2)) < p else (low, middle)
    return low


def t5_table():
    """Normal scores and the standardised t_5 quantiles of the same probability, by bisection of
    P(T > t) = (a - sin a cos a (1 + 2/3 sin^2 a)) / pi, a = atan(sqrt 5 / t)."""
    z = np.linspace(0.0, 7.0, 2001)
    upper = np.array([0.5 * math.erfc(x / math.sqrt(2)) for x in z])
    low, high = np.zeros_like(z), np.full_like(z, 400.0)
    for _ in range(100):
        t = 0.5 * (low + high)
        a = np.arctan2(math.sqrt(5.0), t)
        above = (a - np.sin(a) * np.cos(a) * (1 + np.sin(a) ** 2 / 1.5)) / math.pi > upper
        low, high = np.where(above, t, low), np.where(above, high, t)
    t = low * math.sqrt(3.0 / 5.0)
    return np.append(-z[:0:-1], z), np.append(-t[:0:-1], t)


Money.T5 = t5_table()


class Model:
    """A scenario, resolved as planb stores it (`scenario_yaml`), ready to be simulated."""

    def __init__(self, scenario):
        only(scenario["run"]["timeline"] == "fixed" and "agreement" in scenario["dates"]
             and len(scenario["rounds"]) == 2, "talks that are still open, or one round")
        self.s, self.votes, self.money = scenario, Votes(scenario), Money(scenario)
        self.afscme = [u["id"] for u in scenario["unions"]].index("AFSCME4")

    def timeline(self, rng, n, first, second):
        rounds, legislature = self.s["rounds"], self.s["legislature"]
        agreement = days(self.s["dates"]["agreement"])
        vote_end = (np.full(n, float(days(rounds[0]["vote_end"]))) if "vote_end" in rounds[0]
                    else agreement + quantity(rounds[0]["days_after_agreement"], rng, n))
        again = rng.random(n) < rounds[1]["p_rule_change"]
        again &= rng.random(n) < rounds[1]["p_reopen"]
        again &= ~first["holds"]
        ratified = np.where(again, second["holds"], first["holds"])
        only("vote_end" not in rounds[1], "a date for the second vote")
        later = vote_end.copy()
        for key in ("days_to_rule_change", "days_to_agreement", "days_after_agreement"):
            later += quantity(rounds[1][key], rng, n)
        end = np.where(again, later, vote_end)
        approved = rng.random(n) < legislature["p_approve"]
        deal = ratified & approved
        in_force = end + legislature["days"]
        failed = np.where(ratified & ~again & ~approved, in_force, vote_end)
        return again, ratified, deal, end, in_force, failed

    def simulate(self, n, rng):
        """The headline numbers of n draws: each an array, or a pair of it and of what counts."""
        s, m, b = self.s, self.money, self.s["budget"]
        eta1, eta2 = self.votes.support(rng, n)
        first, second = self.votes.vote(0, eta1, rng), self.votes.vote(1, eta2, rng)
        again, ratified, deal, end, in_force, failed = self.timeline(rng, n, first, second)
        coverage = np.where(again, second["coverage"], first["coverage"])
        revenue, official, later = m.revenue(rng, n)
        total = official.sum(axis=0)
        improved = np.maximum(0.0, total - b["target_estimate"]) if "target_estimate" in b else 0.0
        target, bare = np.empty((2, n)), np.empty((2, n))
        other = np.array(b["lapse"]) + np.array(b["other"])
        for y in range(2):
            target[y] = b["fund_share"][y] * np.maximum(
                b["target_floor"][y], b["target"][y] - b["psi"] * improved * official[y] / total)
            bare[y] = m.appropriations[y] + (b["opening_deficit"] if y == 0 else 0.0) - other[y] - official[y]
        savings, booked_savings, booked_late = m.savings(rng, n, coverage, in_force)
        notices, booked_layoffs, booked_options, options, town_cut, town_staff = m.plan_b(
            rng, n, failed, target, bare)
        issued, positions, layoffs, decided = m.layoffs(rng, n, failed, in_force, again, coverage,
                                                          notices)
        deadline = days(s["dates"]["deadline"])
        gap = [bare - (end <= deadline) * booked_savings[:, None],
               bare - (failed <= deadline) * (booked_options + booked_layoffs)]
        later_bare = [bare[0] + official[0] - x for x in later]
        controls = m.midyear(rng, n, later_bare, (booked_late, booked_options[0]), (end, failed),
                             layoffs, decided, town_cut, town_staff)
        spending = (b["spending_error_sd"] * m.appropriations)[:, None] * rng.standard_normal((2, n))
        closing = []
        for branch in (DEAL, NO_DEAL):
            flow = revenue + layoffs[branch] + (other - m.appropriations)[:, None] - spending
            flow += savings if branch == DEAL else options
            flow[0] += controls[branch][0] + controls[branch][1]
            closing.append(m.close(flow))

        def realised(pair):
            return np.where(deal, pair[DEAL], pair[NO_DEAL])

        rejected = ~first["holds"]
        jobs = np.floor(town_staff * 1e6 / s["municipal"]["cost_per_job"] + 0.5)
        return {
            "rounds/0/ratified": first["holds"], "rounds/1/ratified": (second["holds"], rejected),
            "rounds/0/AFSCME4": first["approves"][self.afscme],
            "rounds/1/AFSCME4": (second["approves"][self.afscme], rejected),
            "rounds/0/unions_approving": first["unions"], "rounds/0/turnout": first["turnout"],
            "rounds/0/ballots_approving": first["share"],
            "rounds/1/ballots_approving": (second["share"], rejected),
            "ratified": ratified, "deal": deal,
            "balanced_at_deadline/deal": (gap[DEAL] <= 0).all(axis=0),
            "balanced_at_deadline/realised": (realised(gap) <= 0).all(axis=0),
            "balanced_at_close/deal": closing[DEAL][1], "balanced_at_close/no_deal": closing[NO_DEAL][1],
            "balance/deal/0": closing[DEAL][0][0], "balance/deal/1": closing[DEAL][0][1],
            "balance/no_deal/0": closing[NO_DEAL][0][0], "balance/no_deal/1": closing[NO_DEAL][0][1],
            "balance/realised/1": realised([c[0][1] for c in closing]),
            "gap/no_deal/0": gap[NO_DEAL][0], "target/1": target[1],
            "revenue/0": revenue[0], "revenue/1": revenue[1],
            "layoffs/realised": realised(positions), "layoffs/no_deal": positions[NO_DEAL],
            "notices/realised": realised(issued),
            "labor_savings/0": savings[0], "labor_savings/1": savings[1],
            "plan_b_savings/1": options[1],
            "rescission/realised": realised([c[0] for c in controls]),
            "mitigation/realised": realised([c[1] for c in controls]),
            "mitigation_triggered/deal": controls[DEAL][2],
            "municipal_cut": np.where(deal, 0.0, town_cut),
            "local_layoffs": np.where(deal, 0.0, jobs),
        }


class Sums:
    """Means and standard errors of the headline numbers over chunks."""

    def __init__(self):
        self.sums = {}

    def add(self, draws):
        for name, x in draws.items():
            if isinstance(x, tuple):
                x = x[0][x[1]]
            x = x.astype(float)
            sums = self.sums.setdefault(name, np.zeros(3))
            sums += (len(x), x.sum(), x @ x)

    def estimates(self):
        out = {}
        for name, (n, total, squares) in self.sums.items():
            mean = total / n if n else math.nan
            out[name] = (mean, math.sqrt(max(0.0, squares / n - mean * mean) / n) if n else math.nan)
        return out


def run(model, draws, chunk, seed):
    """The headline numbers of `draws` draws, taken `chunk` at a time."""
    rng, sums = np.random.Generator(np.random.SFC64(seed)), Sums()
    for first in range(0, draws, chunk):
        sums.add(model.simulate(min(chunk, draws - first), rng))
    return sums.estimates()
