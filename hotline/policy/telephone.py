"""What a pack says of the telephone: the callers' menu, and who may record, write down or listen."""

from typing import Annotated, Literal

from pydantic import Field

from hotline.policy.clocks import Strict
from hotline.policy.words import Confidence, Words

Key = Annotated[str, Field(pattern=r"^[0-9]$")]
Lane = Literal["danger", "youth", "mandated", "general"]

Permission = Literal["all_party", "announced", "one_party", "required", "forbidden"]
"""What the law asks for before somebody records, transcribes or listens.

`all_party`: the caller has agreed; `announced`: the caller was told and stays on the line; `one_party`: our own
side's agreement is enough; `required`: it has to be done, and the caller is told; `forbidden`: never.
"""


class ConsentRule(Strict):
    """The permission for one kind of listening, with the rule that it rests on."""

    rule: Permission
    sentence: Words
    source: str = Field(min_length=1)
    confidence: Confidence
    screener_is_told: bool = True
    """Whether the screener's console shows that a supervisor listens; only a `monitoring` rule may say no."""


class Consent(Strict):
    """The rules by kind. A kind that the pack is silent about is treated as `all_party`: silence permits nothing."""

    recording: ConsentRule | None = None
    transcription: ConsentRule | None = None
    monitoring: ConsentRule | None = None

    def of(self, kind: Literal["recording", "transcription", "monitoring"]) -> ConsentRule | None:
        """The rule for a kind."""
        rules = {
            "recording": self.recording,
            "transcription": self.transcription,
            "monitoring": self.monitoring,
        }
        return rules[kind]


class CallerNumber(Strict):
    """Who may see a caller's whole number after giving a reason; before that, everybody sees that there is one.

    `never`: nobody; `supervisor`: supervisors; `screener`: the screener of the call as well.
    """

    whole_number: Literal["never", "supervisor", "screener"]
    sentence: Words
    source: str = Field(min_length=1)
    confidence: Confidence


class Telephone(Strict):
    """The telephone section of a pack."""

    menu: dict[Key, Lane] | None = Field(default=None, min_length=1)
    """Key -> lane of the callers' menu; None: the product's own."""
    consent: Consent = Consent()
    caller_number: CallerNumber | None = None
    """None: the number stays hidden from everybody. Silence permits nothing."""
