"""One family of errors: a name, a stable code, facts, and a sentence that helps."""

from typing import ClassVar


class VinculoError(Exception):
    """Something went wrong that a person can put right.

    The sentence says what was wrong, what was found and what would be right. Facts are attributes, so a door
    can translate them; the code never changes, so a program can rely on it.
    """

    code: ClassVar[str] = "vinculo.error"

    def __init__(self, sentence: str = "", **facts: object) -> None:
        self.sentence = sentence or (type(self).__doc__ or "").strip().splitlines()[0]
        self.facts = facts
        super().__init__(self.sentence)

    def __getattr__(self, name: str) -> object:
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)


class InputError(VinculoError):
    """The input cannot be used as it is."""

    code = "input.unusable"


class SettingsError(VinculoError):
    """A setting has a value that makes no sense."""

    code = "settings.invalid"


class ContractError(VinculoError):
    """A table does not keep its contract."""

    code = "table.contract"


class RunError(VinculoError):
    """A run folder cannot be read or written."""

    code = "run.unusable"


class DiskFullError(RunError):
    """The disk filled up: free some space and run the same command again."""

    code = "run.disk_full"
