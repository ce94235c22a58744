"""Contact data of the demonstration: the same every time, nobody's in the world, with duplicates and households."""

from vinculo.identify.cleaning import emails, phones
from vinculo.project.operation import made_up

KEYS = [str(number) for number in range(12_346, 13_346)]


def test_the_same_buyers_are_the_same_people_every_time() -> None:
    assert made_up.text(made_up.contacts(KEYS)) == made_up.text(made_up.contacts(reversed(KEYS)))


def test_nobody_in_the_world_is_reached_by_them() -> None:
    for each in made_up.contacts(KEYS[:100]):
        email, phone = emails.clean(each.email), phones.clean(each.phone, "GB")

        assert email.value is not None, email
        assert email.value.endswith((".example.com", ".example.org"))
        assert (phone.value or "").startswith("+44"), phone
    assert len({each.phone for each in made_up.contacts(KEYS)}) == len(KEYS)


def test_some_wrote_to_the_newsletter_and_some_live_together() -> None:
    people = list(made_up.contacts(KEYS))
    again = list(made_up.subscribers(people))
    homes = {(each.street, each.town) for each in people}

    assert 0.05 < len(again) / len(people) < 0.12
    assert all(each.key.startswith("N") for each in again)
    assert len(people) - len(homes) > 80
