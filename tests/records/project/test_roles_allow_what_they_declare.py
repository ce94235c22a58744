"""What each role may do is declared once and holds in the database."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from tests.make import staff, store

from vinculo.foundation.errors import InputError
from vinculo.project import roles
from vinculo.project.staff import services
from vinculo.project.staff.models import User

EVERYTHING = [f"staff.{code}" for code, _name in roles.PERMISSIONS]


@pytest.mark.parametrize("role", roles.ROLES, ids=lambda role: role.code)
def test_a_user_may_do_what_the_role_declares_and_nothing_else(records: store.Database, role: roles.Role) -> None:
    user = staff.user(role.code)

    allowed = {permission for permission in EVERYTHING if user.has_perm(permission)}

    assert allowed == {permission for permission in EVERYTHING if role.allows(permission)}


def test_every_declared_permission_exists() -> None:
    named = {each for role in roles.ROLES for each in role.permissions if not each.endswith("*")}

    assert named <= set(EVERYTHING)


def test_who_sees_persons_unmasked_is_a_matter_of_role(records: store.Database) -> None:
    seeing = {role.code for role in roles.ROLES if staff.user(role.code).sees_personal_data}

    assert seeing == {"administrator", "relationship_manager", "agent", "team_lead"}


def test_another_role_takes_the_permissions_of_the_earlier_one_away(records: store.Database) -> None:
    user = staff.user("administrator")

    services.user_role_change(user_id=user.pk, role="read_only")

    changed = User.objects.get(pk=user.pk)
    assert [group.name for group in changed.groups.all()] == ["read_only"]
    assert not changed.has_perm("staff.staff_manage")
    assert not changed.is_staff


def test_an_unknown_role_is_refused(records: store.Database) -> None:
    with pytest.raises(InputError):
        staff.user("king")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="x", role="king")


def test_a_group_that_was_tampered_with_is_put_right_by_the_next_migration(records: store.Database) -> None:
    group = Group.objects.get(name="read_only")
    group.permissions.clear()

    services.groups_refresh(using="default")

    assert group.permissions.count() == len(roles.BY_CODE["read_only"].permissions)
