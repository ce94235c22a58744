"""Sign-in as the staff do it."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Nobody signs up alone: an administrator makes the users."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell whether strangers may make a user of their own: never."""
        return False
