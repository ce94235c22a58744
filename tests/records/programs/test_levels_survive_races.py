"""Levels decided by several at a time: whoever comes last has seen everything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.db import connection
from tests.make import bound, members, store

from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.levels import deciding, sweeps
from vinculo.programs.records.models import LevelChange, LevelStanding, Member

ROUNDS = 8
DAY = date(2024, 5, 1)
NOW = members.at("2024-05-01")


def test_posts_and_sweeps_at_a_time_leave_the_level_that_counts(own_records: store.Database) -> None:
    chosen = members.level_set(members.program(), carries=True)
    firm, carmen = bound.company("Muebles Sur"), bound.person("Carmen", "Soto")
    bound.bind("post", carmen, firm)
    # The person has the lower number: sweeps come to her first, posts to her company first.
    person = members.member(chosen.program, carmen)
    company = members.member(chosen.program, firm, kind="company")
    unit = members.unit(chosen.program)
    found = wallets.wallets_ensure(unit_id=unit.pk, member_ids=[person.pk, company.pk], now=NOW)

    def posts(to: Member, points: int) -> Callable[[int], None]:
        def post(number: int) -> None:
            made = Post("race", f"{to.pk}-{number}", "award", found[to.pk], points, NOW, "purchase")
            services.retried(lambda: services.points_post(program_id=chosen.program_id, posts=[made], now=NOW))

        return post

    def sweep(_number: int) -> None:
        # One statement over all rows locks them in no order, as nothing of the product does: it, or who waits for it,
        # may be sent away.
        services.retried(lambda: LevelStanding.objects.update(due_on=DAY))
        services.retried(lambda: sweeps.sweep(program_id=chosen.program_id, as_of=DAY, now=NOW))

    def rounds(work: Callable[[int], None]) -> None:
        try:
            for number in range(ROUNDS):
                work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(rounds, [posts(person, 10), posts(company, 75), sweep, sweep]))

    rules = deciding.rules_of(chosen)
    assert rules is not None
    standing = dict(LevelStanding.objects.values_list("member_id", "rank"))
    assert standing == {person.pk: 2, company.pk: 2}
    assert deciding.decide(rules, [person.pk, company.pk], as_of=DAY, now=NOW) == []
    assert list(LevelChange.objects.filter(member=company).order_by("id").values_list("to_rank", flat=True)) == [1, 2]
