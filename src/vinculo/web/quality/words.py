"""Words of quality: what people read for fields, measures and what may be wrong."""

from django.utils.translation import gettext_lazy as _

from vinculo.identify.quality import faults, thresholds

FIELDS = {
    faults.RECORD: _("Whole record"),
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "tax_id": _("Tax number"),
    "birth_on": _("Birth date"),
    "lines": _("Street"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "country": _("Country"),
    "language": _("Language"),
    faults.ROLE: _("Role in a company"),
    thresholds.ROW: _("Rows of files that can come in"),
    thresholds.KEY: _("Rows of files with a customer number"),
}
MEASURES = {
    faults.COMPLETE: _("Complete"),
    faults.VALID: _("Valid"),
    faults.SURE: _("Certain"),
    faults.UNIQUE: _("Unique"),
    faults.FRESH: _("Fresh"),
    faults.CONSISTENT: _("Consistent"),
}
MEANT = {
    faults.COMPLETE: _("There is a usable value; a value that means none, such as no@tiene.com, is none."),
    faults.VALID: _("What was written could be read, its control digit is right, its provider is not misspelt."),
    faults.SURE: _("Nobody had to guess: names came in their parts, phones are known to be in use."),
    faults.UNIQUE: _("No other customer of the base has the same."),
    faults.FRESH: _("The source has said it again before its shelf life was over."),
    faults.CONSISTENT: _("Nothing else that is known of the customer contradicts it."),
}
KINDS = {
    faults.MISSING: _("missing"),
    faults.UNREACHABLE: _("neither e-mail nor phone nor street"),
    "placeholder": _("a value that means none"),
    "unreadable": _("what was written cannot be read"),
    "rounded": _("cut off by a spreadsheet"),
    "typo": _("at a misspelt provider"),
    "checksum": _("wrong control digit"),
    "unusual": _("not known to be in use"),
    "guessed": _("split by guessing"),
    faults.SHARED: _("another customer has the same"),
    faults.OLD: _("not said again for longer than it stays fresh"),
    faults.CONTRADICTED: _("contradicted by something else"),
}
EFFECTS = ((thresholds.WARN, _("warn")), (thresholds.STOP, _("hold files back")))
WHOLE = _("Whole base")
ALL = _("All sources")
