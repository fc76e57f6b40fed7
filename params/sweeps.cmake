# The sweeps that come with planb: `make sweep-NAME -jN` for one, `make sweeps -jN` for all of them
# (sim/sweep.cmake says how a sweep is declared). results/analysis.ipynb draws what it finds.
#
# Each is a question about one scenario. Its axes are assumptions, not findings: what they span is
# said beside each, with its reason.

# The phase diagram of ratification: how large a share of the members must be in approving unions,
# against support. The rule is that clause alone, so that the threshold is what is seen; the rule
# of 1996 asks for 0.8 and 14 of 15 unions. Support: 0.75 is 68% yes, the axis runs from 44 to 82%.
planb_sweep(phase
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    AXIS threshold 0.5 0.55 0.6 0.65 0.7 0.75 0.8 0.85 0.9 0.95
    AXIS support -0.25 0 0.25 0.5 0.75 1 1.25 1.5
    WHERE "threshold:rules.sebac1996={members_represented: {at_least: {}}}"
          "support:vote.mu0={}")

# How many notices are enough, if revenue is revised: notices as planned, not topped up where Plan
# B falls short, so that each column has the number it is called by. The revision is that of the
# official estimate of the first year before the deadline, in logs: 0.02 is 2% more. The press's
# hole of 1.6 billion is the reading of the budget (ct2011.yaml says how): the uses of the
# surplus are booked.
planb_sweep(notices
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    SET plan_b_selection.replace_with_layoffs=false "budget.other=[-114.8, -549.2]"
    AXIS notices 0 1000 2000 3000 4000 5000 6000 7000 7500
    AXIS revision -0.03 -0.02 -0.01 0 0.01 0.02 0.03
    WHERE "notices:layoffs.notices={}"
          "revision:revenue.revisions.observed=[{stream: all, date: 2011-05-26, change: {}}]")

# How far a better estimate lowers the target: one observation (0.40), so all of 0 to 1.
planb_sweep(psi
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    AXIS budget.psi 0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1)

# What the agreement asks of a member: the wage part of the savings, $ million in each year (138.8
# and 309.5 in the agreement); the points' `cost_per_member` says what that is, 12 to 24 thousand
# dollars a member-year. The effect on votes is not identified: none, and the middle of C.5.
planb_sweep(concession
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    AXIS wage 13.2 111.6 209.9 308.3 406.6 504.9 603.3
    AXIS vote.cost_effect 0 -0.08
    WHERE "wage:savings[wage].amount=[{}, {}]")

# The elasticities that nothing identifies (models/MODEL.md, C.5): two standard deviations of the
# judgement there to either side. Which units contest the health plan, or would lose their layoff
# protection, is not known unit by unit: here it is the units of the largest union.
set(AFSCME4 NP-3 P-2 NP-4 criminal-justice JN-7 DHE-administrators
    technical-college-administrators Charter-Oak CSU-administrators)
set(contested ${AFSCME4})
list(TRANSFORM contested REPLACE "(.+)" "unions[AFSCME4].units[\\1].health_contested=true")
set(protected ${AFSCME4})
list(TRANSFORM protected REPLACE "(.+)" "unions[AFSCME4].units[\\1].contract_security=true")
planb_sweep(cost-effect
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    AXIS vote.cost_effect -0.2 -0.16 -0.12 -0.08 -0.04 0 0.04)
planb_sweep(threat-effect
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    AXIS vote.threat_effect -0.15 -0.05 0 0.05 0.15 0.25 0.35 0.45 0.55 0.65)
planb_sweep(health-effect
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    SET ${contested}
    AXIS vote.health_plan_effect -0.5 -0.4 -0.3 -0.2 -0.1 0 0.1)
planb_sweep(security-effect
    SCENARIO params/ct2011.yaml
    DRAWS 8192
    SET ${protected}
    AXIS vote.contract_security_effect 0 0.1 0.2 0.3 0.4 0.5 0.6)

# The campaign of June 2011, day by day, under the rule of 1996 and that of July.
planb_sweep(campaign
    SCENARIO params/ct2011-06-24.yaml
    DRAWS 8192
    AXIS as_of 2011-06-16 2011-06-17 2011-06-18 2011-06-20 2011-06-21 2011-06-22
               2011-06-24 2011-06-26
    AXIS rule sebac1996 sebac2011jul
    WHERE "as_of:scenario.as_of={}" "rule:rounds[0].rule={}")
