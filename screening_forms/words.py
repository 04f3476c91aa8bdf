"""Texts in the languages of the product."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "es"]


class Strict(BaseModel):
    """Base of everything read from a definition: no unknown names, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Strict):
    """The same text in English and Spanish."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def in_(self, language: Language) -> str:
        return self.es if language == "es" else self.en
