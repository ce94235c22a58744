"""Codes at hand of a reward: brought in from a file with what is wrong in it, made ahead, and what became of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation.errors import InputError
from vinculo.measure import sheets
from vinculo.programs.records.models import Program, Reward, RewardCode
from vinculo.programs.records.rewards import selectors, vault
from vinculo.programs.rewards.codefile import MOST_BYTES
from vinculo.web import permission, progress
from vinculo.web.programs import door, layout, tables
from vinculo.web.programs.layout import tabs_of
from vinculo.web.programs.reports.asked import day
from vinculo.web.programs.rewards.catalogue import MANAGE, reward_of
from vinculo.web.programs.rewards.places import TABS

SALT = "vinculo.programs.codes.plan"
AT_ONCE = 2_000
"""Codes that are made in one statement."""
SHOWN = 200
"""Rows of a file that are told as wrong."""


@require_GET
@permission.needs(*MANAGE)
def code_page(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Show how many codes are at hand, and where more come from."""
    found = door.program_of(program)
    return page(request, found, pooled(found, reward_id))


def pooled(program: Program, reward_id: int) -> Reward:
    """Return a reward whose codes are taken from those at hand."""
    reward = reward_of(program, reward_id)
    if reward.codes != Reward.Codes.POOL:
        raise Http404
    return reward


def page(request: HttpRequest, program: Program, reward: Reward, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show the page of codes."""
    counts = selectors.code_counts(reward_id=reward.pk)
    context: dict[str, Any] = {
        "title": _("Codes of {reward}").format(reward=str(reward)),
        "reward": reward,
        "counts": [(str(words), counts.get(state, 0)) for state, words in RewardCode.State.choices],
        "most": vault.MOST_MADE,
        "tabs": tabs_of(request, program, TABS),
    }
    return door.shown(request, program, "programs/rewards/codes.html", {**context, **more}, status=status)


@require_POST
@permission.needs(*MANAGE)
def code_import(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Bring codes in from a file, and tell of every row that cannot be taken."""
    found = door.program_of(program)
    reward = pooled(found, reward_id)
    file = request.FILES.get("file")
    if file is None:
        return page(request, found, reward, status=400, problem=_("Choose a file first."))
    if (file.size or 0) > MOST_BYTES:
        return page(request, found, reward, status=400, problem=_("The file is larger than 64 MB: bring it in parts."))
    try:
        done = vault.codes_import(
            reward_id=reward.pk, content=file.read(), today=door.today_of(found), now=timezone.now()
        )
    except InputError as error:
        return page(request, found, reward, status=400, problem=permission.said(error))
    issues = [
        {"row": each.row, "column": each.column, "found": each.found, "expected": layout.spoken(each.expected)}
        for each in done.issues[:SHOWN]
    ]
    return page(request, found, reward, done=done, issues=issues, wrong=len(done.issues))


@require_POST
@permission.needs(*MANAGE)
def code_plan(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Plan how many codes are made, to be taken away once."""
    found = door.program_of(program)
    reward = pooled(found, reward_id)
    count = layout.number_of(request.POST.get("count", "").strip())
    if count is None or not 1 <= count <= vault.MOST_MADE:
        problem = _("Make between 1 and 100,000 codes at a time.")
        return page(request, found, reward, status=400, problem=problem)
    last = day(request.POST.get("expires_on", ""))
    said = [reward.pk, count, timezone.now().isoformat(), last.isoformat() if last else ""]
    there = reverse("program_codes_make", args=[program, reward_id])
    return redirect(f"{there}?plan={signing.dumps(said, salt=SALT)}")


class Plan:
    """Codes that somebody wants to be made at one moment; they are told by it."""

    def __init__(self, written: str, reward: Reward) -> None:
        try:
            number, self.count, moment, last = signing.loads(written, salt=SALT, max_age=86_400)
        except signing.BadSignature:
            raise Http404 from None
        if number != reward.pk:
            raise Http404
        self.written, self.reward = written, reward
        self.at, self.last = datetime.fromisoformat(moment), day(last)

    @property
    def made(self) -> int:
        """Return how many of them are made."""
        return RewardCode.objects.filter(reward=self.reward, created_at=self.at).count()

    def progress(self, program: str) -> progress.Progress:
        """Return how far it is."""
        made = self.made
        address = f"{reverse('program_codes_progress', args=[program, self.reward.pk])}?plan={self.written}"
        words = _("{made} of {count} codes are made.").format(made=made, count=self.count)
        return progress.Progress(address, words, made / self.count, over=made >= self.count)


@require_GET
@permission.needs(*MANAGE)
def code_make(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Show how far the making of codes is, and hand over those that are to be made."""
    found = door.program_of(program)
    plan = Plan(request.GET.get("plan", ""), pooled(found, reward_id))
    return page(request, found, plan.reward, plan=plan, making=plan.progress(program), made=plan.made)


@require_GET
@permission.needs(*MANAGE)
def code_progress(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Answer how many codes are made."""
    found = door.program_of(program)
    plan = Plan(request.GET.get("plan", ""), pooled(found, reward_id))
    return progress.answer(request, plan.progress(program))


@require_POST
@permission.needs(*MANAGE)
def code_take(request: HttpRequest, program: str, reward_id: int) -> HttpResponseBase:
    """Make the planned codes and hand them over while they are made: they are told this once."""
    found = door.program_of(program)
    plan = Plan(request.POST.get("plan", ""), pooled(found, reward_id))
    if plan.made:
        return page(request, found, plan.reward, status=400, problem=_("These codes were made and handed over before."))
    name = f"{found.code}-{plan.reward.code}-codes.csv"
    return tables.filed(made(plan), "text/csv; charset=utf-8", name)


def made(plan: Plan) -> Iterator[bytes]:
    """Make codes some thousands at a time and yield them."""
    yield from sheets.as_csv([("code", "expires_on")])
    left = plan.count
    while left > 0:
        texts = vault.codes_generate(
            reward_id=plan.reward.pk, count=min(left, AT_ONCE), now=plan.at, expires_on=plan.last
        )
        left -= len(texts)
        yield "".join(f"{text},{plan.last or ''}\r\n" for text in texts).encode()


@require_GET
@permission.needs(*MANAGE)
def code_csv(request: HttpRequest, program: str, reward_id: int) -> HttpResponseBase:
    """Give what became of the codes, without what could be used."""
    found = door.program_of(program)
    reward = reward_of(found, reward_id)
    written = selectors.codes_export(reward_id=reward.pk)
    return tables.filed(written, "text/csv; charset=utf-8", f"{found.code}-{reward.code}-codes.csv")
