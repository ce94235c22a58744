"""Words: rules and decisions about who is who, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinculo.identify.survivorship import Rule

RULES: dict[Rule, str | Promise] = {
    Rule.ONLY: _("nobody says otherwise"),
    Rule.BY_HAND: _("written by hand"),
    Rule.TRUSTED: _("the source trusted most"),
    Rule.RECENT: _("said most recently"),
    Rule.FREQUENT: _("said most often"),
    Rule.COMPLETE: _("says most"),
    Rule.FIRST: _("was there first"),
    Rule.EARLIEST: _("the earliest day"),
    Rule.BOUGHT: _("has bought"),
}
GROUPS: dict[str, str | Promise] = {
    "name": _("Name"),
    "address": _("Address"),
    "language": _("Language"),
    "country": _("Country"),
    "acquisition": _("Came by"),
    "standing": _("Standing"),
}
