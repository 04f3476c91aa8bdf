"""What the templates are given: plain data, worded in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from screening_forms.words import Language


@dataclass(frozen=True)
class OptionView:
    html_id: str
    value: str
    label: str
    chosen: bool
    group: str | None = None
    """The heading that it stands under."""


@dataclass(frozen=True)
class FieldView:
    """One question. `name` is its path; a page posts `version:<path>` beside it, to notice another's change.

    `group_id` and `group_label` bind the parts of an address.
    `full_label` stands alone where `label` needs the heading of an address around it ("Home: town", "Town").
    `read_only`: nothing is posted; `value_in_words` says what stands there. `source_in_words` is what a copied
    question takes over while nothing is typed. `watched`: its answer changes what else is on the page.
    """

    path: str
    name: str
    version_name: str
    html_id: str
    kind: str
    group_id: str | None
    group_label: str | None
    label: str
    full_label: str
    help: str | None
    example: str | None
    prompt: str | None
    value: str
    values: tuple[str, ...]
    value_in_words: str
    source_in_words: str
    options: tuple[OptionView, ...]
    required: bool
    personal: bool
    identity: bool
    read_only: bool
    watched: bool
    max_length: int
    version: int
    problem: str | None
    is_blocking: bool
    help_id: str
    problem_id: str

    @property
    def described_by(self) -> str:
        """The ids of help and error message, for aria-describedby."""
        ids = [self.help_id] if self.help or self.example or self.source_in_words else []
        return " ".join([*ids, self.problem_id] if self.problem else ids)

    @property
    def input_mode(self) -> str:
        return {"number": "numeric", "phone": "tel"}.get(self.kind, "text")

    @property
    def headings(self) -> tuple[tuple[str | None, tuple[OptionView, ...]], ...]:
        """The choices under their headings, in order; those under none under None."""
        found: dict[str | None, list[OptionView]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return tuple((heading, tuple(options)) for heading, options in found.items())


@dataclass(frozen=True)
class BlockView:
    """One question, or (with a `title`) the parts of an address."""

    title: str | None
    html_id: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class InstanceView:
    """The questions of a section that is there once (`number` None), or of one child, caregiver and so on.

    `name` is what its person is called, where it is a person of whom something is known.
    """

    number: int | None
    title: str | None
    name: str | None
    html_id: str
    fields: tuple[FieldView, ...]

    @property
    def blocks(self) -> tuple[BlockView, ...]:
        """The questions in order, the parts of one address together."""
        blocks: list[BlockView] = []
        for field in self.fields:
            if field.group_id and blocks and blocks[-1].html_id == field.group_id:
                blocks[-1] = replace(blocks[-1], fields=(*blocks[-1].fields, field))
            else:
                blocks.append(BlockView(field.group_label, field.group_id or field.html_id, (field,)))
        return tuple(blocks)

    def field(self, field_id: str) -> FieldView | None:
        """The question of that id, or None while it is hidden."""
        return next((field for field in self.fields if field.path.rsplit("/", 1)[-1] == field_id), None)


@dataclass(frozen=True)
class SectionView:
    """`matrix`: shown as a table, one row for each victim and suspect; `missing_pairs` are those without a row."""

    id: str
    html_id: str
    title: str
    intro: str | None
    repeat: bool
    people: bool
    matrix: bool
    columns: tuple[str, ...]
    missing_pairs: tuple[str, ...]
    can_add: bool
    can_save: bool
    add_label: str
    save_label: str
    instances: tuple[InstanceView, ...]


@dataclass(frozen=True)
class FormView:
    """`words` holds the fixed texts of the templates in `language`; prompts are worded in `spoken`."""

    form_id: str
    version: int
    language: Language
    spoken: Language
    title: str
    sections: tuple[SectionView, ...]
    words: Mapping[str, str]

    def section(self, section_id: str) -> SectionView:
        """The section of that id; raises KeyError."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def field(self, path: str) -> FieldView | None:
        """The question at a path, or None while it is hidden."""
        for section in self.sections:
            for instance in section.instances:
                for field in instance.fields:
                    if field.path == path:
                        return field
        return None
