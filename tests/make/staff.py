"""People who sign in."""

from vinculo.project.staff import services
from vinculo.project.staff.models import User as User

PASSWORD = "a-long-enough-pass-phrase"


def user(role: str = "relationship_manager", *, name: str = "", language: str = "") -> User:
    """Make a user of a role, named after it."""
    return services.user_create(username=name or role, password=PASSWORD, role=role, language=language)
