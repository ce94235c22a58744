"""One family of errors: a name, a stable code, facts, and a sentence that helps, in any language."""

from typing import ClassVar

from vinculo.foundation.phrases import Phrase, Translate


class VinculoError(Exception):
    """Something went wrong that a person can put right.

    The sentence says what was wrong, what was found and what would be right. It is raised as an English template with
    its facts (see `Phrase`); without a template the first line of the class docstring is the sentence. `str()` gives
    it in English, `say` in another language. Facts are attributes; the code never changes, so a program can rely on it.

    >>> error = SettingsError("horizon_days is {found}: look 1 day ahead or more.", found=0)
    >>> str(error), error.found, error.code
    ('horizon_days is 0: look 1 day ahead or more.', 0, 'settings.invalid')
    """

    code: ClassVar[str] = "vinculo.error"

    def __init__(self, template: str = "", /, **facts: object) -> None:
        self.template = template or (type(self).__doc__ or "").strip().splitlines()[0]
        self.facts = facts
        super().__init__(self.template)

    @property
    def sentence(self) -> str:
        """Return the sentence in English."""
        return self.say()

    def say(self, translate: Translate = str) -> str:
        """Return the sentence in the language of a translator (see `language.translator`)."""
        return Phrase(self.template, **self.facts).say(translate)

    def rename(self, place: str, name: str) -> None:
        """Let the sentence call a file by the name a person knows, not by the place where it is kept.

        >>> error = InputError("{path} is empty.", path="kept/7/original/a.csv")
        >>> error.rename("kept/7/original/", "")
        >>> str(error)
        'a.csv is empty.'
        """
        texts = {fact: value.replace(place, name) for fact, value in self.facts.items() if isinstance(value, str)}
        self.facts |= texts

    def __str__(self) -> str:
        return self.sentence

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
