"""Zone: the time zone of the company, in which its days begin and moments are written."""

import os
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import LOCALTZ

from vinculo.foundation.errors import SettingsError

USUAL = "UTC"


def name() -> str:
    """Return the zone that `VINCULO_TIME_ZONE` names; without it that of the machine, or UTC where it has no name.

    Raises
    ------
    SettingsError
        There is no such zone.
    """
    given = os.environ.get("VINCULO_TIME_ZONE")
    if not given:
        return str(getattr(LOCALTZ, "key", USUAL))
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            "VINCULO_TIME_ZONE is {found!r}, and there is no such time zone: write one such as Europe/Madrid.",
            found=given,
        ) from None
