"""Which roles may see a question and which may answer it, as its definition says."""

from collections.abc import Collection

from screening_forms.fields import Field
from screening_forms.model import Section


def may_view(section: Section, field: Field, roles: Collection[str]) -> bool:
    """May somebody with these roles see the question, when they may open the report at all?"""
    return all(not named or set(named) & set(roles) for named in (section.view, field.view))


def may_edit(section: Section, field: Field, roles: Collection[str]) -> bool:
    """May they answer it? Whoever may not see it may not."""
    allowed = all(not named or set(named) & set(roles) for named in (section.edit, field.edit))
    return allowed and may_view(section, field, roles)
