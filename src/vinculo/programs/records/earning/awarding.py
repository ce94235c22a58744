"""Awarding: what orders and events earn is brought in line with what they are, as often as anybody asks.

For each order: what each rule gives for each of its lines as they stand, less the share that came back, is what the
member should hold; what was given and not asked back is what she holds; the difference is posted. An order whose lines
are as they were is not evaluated again, so a rule or a level that changed since changes nothing of it. All of it is in
one transaction with whatever told of the order.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from vinculo.programs.earning import amounts, engine
from vinculo.programs.earning.engine import RuleSet
from vinculo.programs.records import facts
from vinculo.programs.records.earning import keeping, posting, using
from vinculo.programs.records.earning.deeds import Deed, Evaluable, Key
from vinculo.programs.records.earning.keeping import Change, Entitled, Kept
from vinculo.programs.records.models import Program


@dataclass
class Settled:
    """What was done about some orders or events; points by unit."""

    looked_at: int = 0
    evaluated: int = 0
    awarded: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    forgiven: dict[str, int] = field(default_factory=dict)
    """What the policy of returns left to members."""

    def add(self, other: "Settled") -> None:
        """Add what was done about others."""
        self.looked_at += other.looked_at
        self.evaluated += other.evaluated
        for mine, theirs in ((self.awarded, other.awarded), (self.taken, other.taken), (self.forgiven, other.forgiven)):
            for unit, points in theirs.items():
                mine[unit] = mine.get(unit, 0) + points


@dataclass(frozen=True)
class Work:
    """What is to be settled: deeds as they are, how they become columns, and earnings of which nothing is there."""

    found: Sequence[Deed]
    evaluable: Evaluable
    gone: Sequence[int] = ()


def settle(*, program: Program, rules: RuleSet, work: Work, now: datetime) -> Settled:
    """Bring the points of some orders or events in line with them, in the caller's transaction."""
    with transaction.atomic():
        known = keeping.kept(program.pk, [deed.key for deed in work.found], work.gone)
        changed = [deed for deed in work.found if deed.key not in known or known[deed.key].digest != deed.digest]
        evaluated = evaluate(program, rules, work, changed, known)
        keeping.write(program.pk, changed, known, evaluated)
        back = {deed.key: {line.key: line.returned for line in deed.lines} for deed in work.found}
        paid = {deed.key: deed.price for deed in work.found}
        for key, kept in known.items():
            kept.price = paid.get(key, 0)
        changes = [change for key, kept in known.items() for change in due(kept, back.get(key))]
        told = posting.post(program, rules, changes, now)
    return Settled(len(back) + len(work.gone), len(changed), told.awarded, told.taken, told.forgiven)


def evaluate(
    program: Program, rules: RuleSet, work: Work, changed: Sequence[Deed], known: dict[Key, Kept]
) -> dict[Key, list[Entitled]]:
    """Return what each rule gives for the lines of what is new or changed."""
    given: dict[Key, list[Entitled]] = defaultdict(list)
    if not changed:
        return given
    history, deeds = work.evaluable(changed)
    without = [known[deed.key].id for deed in changed if deed.key in known]
    used = using.used(program, rules.rules, changed, without)
    left = {campaign: budget.points for campaign, budget in used.left.items()}
    for granted in engine.evaluate(rules, history, used=used):
        rule = granted.rule
        if rule.campaign in left:
            left[rule.campaign] -= int(granted.totals.sum())
        rows = zip(granted.lines.tolist(), granted.line_orders.tolist(), granted.points.tolist(), strict=True)
        for place, order, points in rows:
            if points:
                deed = deeds[order]
                line = deed.lines[place - deed.first_line]
                given[deed.key].append(Entitled(line.key, rule.id, rule.version, line.quantity, points))
    for campaign, before in used.left.items():
        if before.points > left[campaign] <= 0:
            facts.campaign_stopped.send(sender=Program, program_id=program.pk, campaign=campaign)
    return given


def due(kept: Kept, returned: dict[str, int] | None) -> list[Change]:
    """Return by how much what is held of an order differs from what should be, rule by rule.

    Nothing should be held of an order that is gone, and nothing by the member it is not any more.
    """
    wanted: dict[int, int] = defaultdict(int)
    versions: dict[int, int] = {}
    for line in kept.lines if returned is not None else ():
        back = returned.get(line.line_key, 0) if returned else 0
        taken = amounts.returned(line.points, pieces=line.pieces, back=back) if back > 0 else 0
        wanted[line.rule_id] += line.points - taken
        versions[line.rule_id] = line.version
    rules = sorted({*wanted, *(award.rule_id for award in kept.awards)})
    held = {rule: posting.held(kept, rule) for rule in rules}
    if kept.moved:
        taken_all = [Change(kept, rule, 0, -held[rule]) for rule in rules if held[rule]]
        return taken_all + [Change(kept, rule, versions[rule], wanted[rule]) for rule in rules if wanted[rule]]
    return [
        Change(kept, rule, versions.get(rule, 0), wanted[rule] - held[rule])
        for rule in rules
        if wanted[rule] != held[rule]
    ]
