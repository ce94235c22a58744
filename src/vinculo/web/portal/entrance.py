"""Entrance: signing in by the code or the link of a mail, and out again, here or everywhere."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.programs.portal import codes
from vinculo.programs.records.portal import people, sessions, signin
from vinculo.programs.records.portal.signin import Wish
from vinculo.web.portal import door
from vinculo.web.portal.door import Visit

YEAR = 365 * 24 * 60 * 60


class AddressForm(forms.Form):
    """Where the mail goes."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True, "inputmode": "email"}),
    )


class NewcomerForm(AddressForm):
    """Where the mail goes, and the name of somebody who wants to join."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


@require_http_methods(["GET", "HEAD", "POST"])
@door.everybody
def signin_view(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and send a mail if there is somebody to send it to; the answer is the same for all."""
    return asking(request, AddressForm(request.POST or None), "portal/signin.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.everybody
def newcomer(request: HttpRequest) -> HttpResponse:
    """Let somebody join who may not be known yet; whoever is known is let in like everybody else."""
    return asking(request, NewcomerForm(request.POST or None), "portal/newcomer.html")


def asking(request: HttpRequest, form: AddressForm, template: str) -> HttpResponse:
    """Show a form that asks for an address, or take what it says."""
    brought_by = (request.GET.get("by") or request.COOKIES.get(door.BROUGHT, ""))[:16]
    if request.method != "POST" or not form.is_valid():
        shown = door.page(request, template, {"form": form}, status=400 if form.is_bound else 200)
        return door.keep(shown, door.BROUGHT, brought_by, 7 * 24 * 3600) if "by" in request.GET else shown
    wish = Wish(
        address=form.cleaned_data["address"],
        language=translation.get_language() or "en",
        network=door.network_of(request),
        brought_by=brought_by,
        name=form.cleaned_data.get("name", ""),
    )
    asked = signin.signin_ask(wish, now=timezone.now())
    if asked.wait_seconds:
        return waiting(request, template, form, asked.wait_seconds)
    return door.keep(redirect("portal_code"), door.ASKED, asked.handle, int(codes.GOOD_FOR.total_seconds()))


def waiting(request: HttpRequest, template: str, form: forms.Form | None, seconds: int) -> HttpResponse:
    """Say how long to wait."""
    minutes = -(-seconds // 60) if seconds >= 60 else 0
    context = {"form": form, "wait_seconds": seconds, "wait_minutes": minutes}
    response = door.page(request, template, context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@door.everybody
def code_view(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the mail, and let in whoever has it."""
    if request.method != "POST":
        return door.page(request, "portal/code.html")
    handle = request.COOKIES.get(door.ASKED, "")[:64]
    code = request.POST.get("code", "")[:32]
    entry = signin.signin_with_code(handle=handle, code=code, network=door.network_of(request), now=timezone.now())
    if entry.wait_seconds:
        return waiting(request, "portal/code.html", None, entry.wait_seconds)
    if not entry.key:
        return door.page(request, "portal/code.html", {"wrong": True}, status=400)
    return entered(request, entry.key)


@require_http_methods(["GET", "HEAD", "POST"])
@door.everybody
def link_view(request: HttpRequest, signed: str) -> HttpResponse:
    """Show the button that lets in, and let in whoever presses it: programs that open mails press nothing."""
    now = timezone.now()
    if request.method == "POST":
        entry = signin.signin_with_link(signed=signed, now=now)
        if entry.key:
            return entered(request, entry.key)
    good = request.method != "POST" and signin.signin_waits(signed=signed, now=now)
    return door.page(request, "portal/link.html", {"good": good}, status=200 if good else 410)


def entered(request: HttpRequest, key: str) -> HttpResponse:
    """Go on signed in, under a token of forms that nobody knew before."""
    rotate_token(request)
    response = door.keep(redirect("portal_home"), door.SESSION, key, int(sessions.LIFE.total_seconds()))
    return door.drop(door.drop(response, door.ASKED), door.BROUGHT)


@require_http_methods(["GET", "HEAD", "POST"])
@door.everybody
def which(request: HttpRequest) -> HttpResponse:
    """Let somebody choose whose pages to see, where an address is of several or a customer of several programmes."""
    visit: Visit | None = vars(request)["visit"]
    if visit is None:
        return redirect("portal_signin")
    choices = people.told(visit.session.choices)
    if request.method == "POST":
        place = request.POST.get("place", "")
        if place.isdecimal() and int(place) < len(choices):
            sessions.session_choose(session=visit.session, choice=choices[int(place)].choice)
        return redirect("portal_home")
    return door.page(request, "portal/which.html", {"choices": choices})


@require_POST
@door.everybody
def signout(request: HttpRequest) -> HttpResponse:
    """Sign out here."""
    sessions.session_close(key=request.COOKIES.get(door.SESSION, ""))
    rotate_token(request)
    return door.drop(redirect("portal_signin"), door.SESSION)


@require_POST
@door.everybody
def language_choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in this browser."""
    wanted, chosen = request.POST.get("next", ""), request.POST.get("language", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = redirect(wanted if safe and wanted.startswith(door.PATH) else "portal_home")
    return door.keep(response, door.LANGUAGE, chosen, YEAR) if chosen in dict(settings.LANGUAGES) else response
