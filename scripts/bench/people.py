"""Invented people for measuring the search: a population with common and rare names, and slips as people make them.

Everything comes of one seeded generator, so that two runs measure the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from hotline.geography.addresses import Address
from hotline.matching.names import FAMILIES
from hotline.matching.normalise import Person
from hotline.matching.people import make_person


def _words(text: str) -> list[str]:
    return text.split()


_ENGLISH_FIRST = _words(
    "James Mary Michael Jennifer Robert Patricia John Linda David Elizabeth William Barbara Richard "
    "Susan Joseph "
    "Jessica Thomas Karen Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra Anthony Ashley "
    "Mark Emily "
    "Donald Kimberly Steven Donna Andrew Michelle Paul Carol Joshua Amanda Kenneth Melissa Kevin "
    "Deborah Brian "
    "Stephanie Timothy Rebecca Ronald Laura Jason Helen Jeffrey Sharon Ryan Cynthia Jacob Kathleen Gary Amy "
    "Nicholas Angela Eric Anna Jonathan Ruth Stephen Brenda Larry Nicole Justin Katherine Scott "
    "Samantha Brandon "
    "Christine Benjamin Emma Samuel Catherine Gregory Virginia Frank Rachel Raymond Olivia "
    "Alexander Maria Patrick "
    "Heather Jack Diane Dennis Julie Jerry Joyce Tyler Victoria Aaron Kelly Jose Christina Nathan "
    "Lauren Henry Joan "
    "Zachary Evelyn Peter Judith Kyle Megan Noah Andrea Ethan Cheryl Jeremy Hannah Liam Jacqueline "
    "Mason Ava Logan "
    "Sophia Lucas Mia Aiden Isabella Elijah Harper Owen Abigail Caleb Ella Wyatt Chloe Hunter Lily "
    "Connor Grace"
)
_SPANISH_FIRST = _words(
    "José María Juan Guadalupe Luis Ana Carlos Rosa Jesús Juana Miguel Margarita Francisco Josefina "
    "Antonio Verónica "
    "Pedro Leticia Alejandro Elizabeth Manuel Yolanda Javier Gabriela Jorge Patricia Fernando "
    "Alejandra Roberto "
    "Silvia Ricardo Claudia Daniel Mónica Eduardo Isabel Rafael Araceli Arturo Norma Raúl Gloria "
    "Enrique Lucía "
    "Sergio Adriana Martín Teresa Mario Carmen Alberto Laura Víctor Beatriz Andrés Sofía Mateo "
    "Valentina Santiago "
    "Ximena Diego Camila Sebastián Daniela Emiliano Mariana Ángel Fernanda Ramón Alicia Héctor "
    "Elena Guillermo Irma "
    "Salvador Esperanza Ignacio Consuelo Vicente Dolores Felipe Concepción Gustavo Mercedes Rodolfo Graciela"
)
_ENGLISH_LAST = _words(
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Thomas Taylor Moore Jackson "
    "Martin Lee Thompson "
    "White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson "
    "Baker Hall "
    "Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris "
    "Murphy Cook Rogers "
    "Morgan Peterson Cooper Reed Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks "
    "Bennett Gray James "
    "Hughes Price Myers Long Foster Sanders Ross Powell Sullivan Russell Jenkins Perry Butler "
    "Barnes Fisher Coleman "
    "Simmons Patterson Jordan Reynolds Hamilton Graham Kim Wallace West Cole Hayes Chavez Gibson "
    "Ellis Bryant Marshall"
)
_SPANISH_LAST = _words(
    "Hernández García Martínez López González Rodríguez Pérez Sánchez Ramírez Cruz Flores Gómez "
    "Morales Vázquez Jiménez "
    "Reyes Díaz Torres Gutiérrez Ruiz Mendoza Aguilar Ortiz Castillo Moreno Romero Álvarez Méndez "
    "Chávez Rivera Juárez "
    "Ramos Domínguez Herrera Medina Castro Vargas Guzmán Velázquez Rojas Contreras Salazar Luna "
    "Ortega Santiago Guerrero "
    "Estrada Bautista Cortés Soto Alvarado Espinoza Lara Ávila Ríos Cervantes Silva Delgado Vega "
    "Márquez Sandoval "
    "Carrillo León Mejía Solís Núñez Rosas Valdez Campos Ibarra Santos Camacho Peña Maldonado "
    "Navarro Rosales Acosta"
)
_STARTS = _words(
    "Bar Cal Dor El Fen Gar Hol Kes Lan Mar Nor Os Pel Quin Ros Sten Tal Ul Ver Win Yar Zim Bro Cra Dra Gri"
)
_MIDDLES = ("", *_words("an er il on ar en or ul em is"))
_ENDS = _words("son berg man ley ton field er ski ner well ford den ham ling ard ick mond ett wood gate")
_STREETS = _words(
    "Oak Pine Maple Cedar Elm Washington Lake Hill Walnut Chester Union Brundage Ming Niles Truxtun "
    "Olive Panama "
    "Kern Baker Tulare Sumner Monterey California Flower Brown Potomac Virginia Lakeview Cottonwood "
    "Gosford Stine "
    "Wible Hughes Akers Real Stockdale Calloway Coffee Fruitvale Rosedale Allen Jewetta Renfro Snow "
    "Norris Hageman"
)
_KINDS = _words("St Ave Rd Dr Ln Ct Way Blvd")
_TOWNS = tuple(f"{one}{end}" for one in _STARTS for end in ("field", "ton", " Valley", " Springs"))
_SCHOOLS = tuple(
    f"{name} {kind}" for name in _STREETS for kind in ("Elementary", "Middle School", "High School")
)


@dataclass(frozen=True)
class Invented:
    """Somebody as a screener would write them down."""

    first: str
    last: str
    birth: str
    sex: str
    street: str
    town: str
    zip: str
    school: str

    def person(self) -> Person:
        """The same for the search."""
        return make_person(
            first=self.first,
            last=self.last,
            birth=self.birth,
            sex=self.sex,
            address=Address(street=self.street, city=self.town, zip_code=self.zip),
            school=self.school,
        )


def population(count: int, seed: int = 1) -> Iterator[Invented]:
    """So many people; every third has a Spanish name, most of those two surnames."""
    random = Random(seed)
    for _ in range(count):
        yield _somebody(random)


def spoiled(person: Invented, random: Random) -> Invented:
    """The same person as told on another day: one to three slips, and not everything known."""
    changed = person
    for change in random.sample(_CHANGES, random.choice((1, 1, 2, 2, 3))):
        changed = change(changed, random)
    if random.random() < 0.3:
        changed = replace(changed, street="", zip="")
    if random.random() < 0.5:
        changed = replace(changed, school="")
    return changed


def slip(text: str, random: Random) -> str:
    """One letter left out, doubled, replaced, or two in the wrong order; not the first."""
    if len(text) < 4:
        return text
    place = random.randrange(1, len(text) - 1)
    letter = random.choice("abcdefghijklmnopqrstuvwxyz")
    return random.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + letter + text[place + 1 :],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        )
    )


def _somebody(random: Random) -> Invented:
    spanish = random.random() < 0.35
    first = _common(_SPANISH_FIRST if spanish else _ENGLISH_FIRST, random)
    if random.random() < 0.15:
        first += " " + _common(_SPANISH_FIRST if spanish else _ENGLISH_FIRST, random)
    last = _common(_SPANISH_LAST, random) if spanish else _english_last(random)
    if spanish and random.random() < 0.7:
        last += " " + _common(_SPANISH_LAST, random)
    elif random.random() < 0.04:
        last += "-" + _english_last(random)
    child = random.random() < 0.5
    born = date(2026, 1, 1) - timedelta(days=random.randrange(*((0, 6570) if child else (6570, 23000))))
    town = random.randrange(len(_TOWNS))
    return Invented(
        first=first,
        last=last,
        birth=born.isoformat(),
        sex=random.choice(("female", "male")),
        street=f"{random.randrange(1, 9999)} {random.choice(_STREETS)} {random.choice(_KINDS)}",
        town=_TOWNS[town],
        zip=f"93{town * 3 + random.randrange(3):03d}",
        school=random.choice(_SCHOOLS) if child and random.random() < 0.6 else "",
    )


def _common(names: list[str], random: Random) -> str:
    """One of the names; the earlier it stands in the list, the more often."""
    return names[int(len(names) * random.random() ** 1.8)]


def _english_last(random: Random) -> str:
    if random.random() < 0.5:
        return _common(_ENGLISH_LAST, random)
    return random.choice(_STARTS) + random.choice(_MIDDLES) + random.choice(_ENDS)


def _typo_in_first(person: Invented, random: Random) -> Invented:
    return replace(person, first=slip(person.first, random))


def _typo_in_last(person: Invented, random: Random) -> Invented:
    return replace(person, last=slip(person.last, random))


def _nickname(person: Invented, random: Random) -> Invented:
    first = person.person().first[0]
    others = FAMILIES.get(first, ())
    return replace(person, first=random.choice(others).title()) if others else _typo_in_first(person, random)


def _half_surname(person: Invented, random: Random) -> Invented:
    parts = person.last.replace("-", " ").split()
    return replace(person, last=random.choice(parts)) if len(parts) > 1 else _typo_in_last(person, random)


def _swapped_names(person: Invented, random: Random) -> Invented:
    return replace(person, first=person.last, last=person.first)


def _day_and_month(person: Invented, random: Random) -> Invented:
    if len(person.birth) != 10:
        return person
    year, month, day = person.birth.split("-")
    return replace(person, birth=f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}")


def _digit_of_birth(person: Invented, random: Random) -> Invented:
    if len(person.birth) != 10:
        return person
    year, month, day = map(int, person.birth.split("-"))
    return replace(person, birth=f"{year}-{month:02d}-{(day + 9) % 28 + 1:02d}")


def _year_only(person: Invented, random: Random) -> Invented:
    return replace(person, birth=person.birth[:4])


def _moved(person: Invented, random: Random) -> Invented:
    elsewhere = _somebody(random)
    return replace(person, street=elsewhere.street, town=elsewhere.town, zip=elsewhere.zip)


_CHANGES: tuple[Callable[[Invented, Random], Invented], ...] = (
    _typo_in_first,
    _typo_in_last,
    _nickname,
    _half_surname,
    _swapped_names,
    _day_and_month,
    _digit_of_birth,
    _year_only,
    _moved,
)
