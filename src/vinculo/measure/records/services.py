"""What is done with saved views."""

from datetime import datetime

from vinculo.foundation.errors import InputError
from vinculo.measure.records.models import SavedView

LONGEST = 80


def view_save(*, owner_id: int, name: str, query: str, shared: bool, now: datetime) -> SavedView:
    """Keep a list under a name; a name used before is given to this list.

    Raises
    ------
    InputError
        There is no name, or it is too long.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise InputError("A saved view needs a name of 1 to {most} letters.", most=LONGEST)
    saved, _made = SavedView.objects.update_or_create(
        owner_id=owner_id,
        name=name,
        defaults={"query": query, "shared": shared},
        create_defaults={"query": query, "shared": shared, "created_at": now},
    )
    return saved


def view_remove(*, owner_id: int, view_id: int) -> bool:
    """Forget a view of one's own; tell whether there was one."""
    removed, _by_table = SavedView.objects.filter(owner_id=owner_id, pk=view_id).delete()
    return removed > 0
