"""The back room: users get a role and nothing beside it, the audit trail is only read."""

import pytest
from django.test import Client
from tests.make import staff

from vinculo.project.audit.models import AuditEntry

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def room(site: Client) -> Client:
    site.force_login(staff.user("administrator"), backend=BACKEND)
    return site


def test_a_user_made_here_has_the_permissions_of_the_role(room: Client) -> None:
    room.post(
        "/admin/staff/user/add/",
        {
            "username": "ana",
            "role": "agent",
            "email": "",
            "password1": staff.PASSWORD,
            "password2": staff.PASSWORD,
            "usable_password": "true",
        },
    )

    ana = staff.User.objects.get(username="ana")
    assert ana.has_perm("staff.customer_list")
    assert not ana.has_perm("staff.customer_export")
    assert not ana.is_staff
    assert AuditEntry.objects.filter(table_name="staff_user", actor="administrator").exists()


def test_another_role_takes_the_earlier_permissions_away(room: Client) -> None:
    boss = staff.user("administrator", name="boss")

    room.post(
        f"/admin/staff/user/{boss.pk}/change/",
        {"username": "boss", "role": "read_only", "is_active": "on", "language": "", "email": ""},
    )

    changed = staff.User.objects.get(pk=boss.pk)
    assert changed.role == "read_only"
    assert not changed.is_staff
    assert not changed.has_perm("staff.staff_manage")


@pytest.mark.parametrize("page", ["staff/user", "audit/auditentry", "identify/product", "identify/category"])
def test_its_lists_open(room: Client, page: str) -> None:
    assert room.get(f"/admin/{page}/").status_code == 200


def test_nobody_removes_a_user_or_writes_the_trail(room: Client) -> None:
    user = staff.user("agent")
    entry = AuditEntry.objects.order_by("-id").first()
    assert entry is not None

    assert room.post(f"/admin/staff/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert room.post(f"/admin/audit/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert room.post("/admin/audit/auditentry/add/").status_code == 403
    assert room.post(f"/admin/audit/auditentry/{entry.pk}/change/", {"actor": "eve"}).status_code == 403
