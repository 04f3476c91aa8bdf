"""Texts in the languages of the product."""

from typing import Literal

from pydantic import Field

from hotline.policy.clocks import Strict

Language = Literal["en", "es"]
Confidence = Literal["A", "B"]


class Words(Strict):
    """The same text in English and Spanish."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def in_(self, language: Language) -> str:
        return self.es if language == "es" else self.en
