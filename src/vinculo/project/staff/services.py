"""What is done with users and roles."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.project import roles
from vinculo.project.staff.models import User


def user_create(*, username: str, password: str, role: str, email: str = "", language: str = "") -> User:
    """Make a user with a role.

    Raises
    ------
    InputError
        The role does not exist.
    """
    role_require(role)
    with transaction.atomic():
        user: User = User.objects.create_user(
            username, email, password, role=role, language=language, is_staff=role == roles.ADMINISTRATOR
        )
        membership_refresh(user)
    return user


def user_exists() -> bool:
    """Tell whether anybody can sign in."""
    return bool(User.objects.filter(is_active=True).exists())


def user_known(*, username: str) -> bool:
    """Tell whether there is a user of that name."""
    return bool(User.objects.filter(username=username).exists())


def user_role_change(*, user_id: int, role: str) -> User:
    """Give a user another role; the permissions of the earlier one are gone with it."""
    role_require(role)
    with transaction.atomic():
        user: User = User.objects.select_for_update().get(pk=user_id)
        user.role, user.is_staff = role, role == roles.ADMINISTRATOR
        user.save(update_fields=["role", "is_staff"])
        membership_refresh(user)
    return user


def role_require(role: str) -> None:
    """Refuse a role that does not exist."""
    if role not in roles.BY_CODE:
        raise InputError(
            "There is no role {role}: choose one of {roles}.", role=role, roles=", ".join(sorted(roles.BY_CODE))
        )


def membership_refresh(user: User) -> None:
    """Put a user in the group of the role, and in no other role's."""
    user.groups.remove(*Group.objects.filter(name__in=roles.BY_CODE))
    user.groups.add(Group.objects.get(name=user.role))


def groups_refresh(using: str = "default", **_signal: Any) -> None:
    """Make the groups of the roles hold exactly the declared permissions."""
    for application in apps.get_app_configs():
        # Django makes the permissions of an app when its turn comes: some turns may be still to come.
        create_permissions(application, verbosity=0, using=using)
    found = {
        f"{label}.{code}": key
        for key, label, code in Permission.objects.using(using).values_list("pk", "content_type__app_label", "codename")
    }
    with transaction.atomic(using=using):
        for role in roles.ROLES:
            group, _made = Group.objects.using(using).get_or_create(name=role.code)
            group.permissions.set([key for name, key in found.items() if role.allows(name)])
