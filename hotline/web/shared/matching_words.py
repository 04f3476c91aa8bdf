"""Why two reports may tell of the same people, in words; codes of `matching.score`."""

from __future__ import annotations

from hotline.web.shared.language import later

REASONS = {
    "first_equal": later("same first name"),
    "last_equal": later("same last name"),
    "first_similar": later("first names are alike"),
    "last_similar": later("last names are alike"),
    "nickname": later("one first name is short for the other"),
    "last_in_part": later("one of two last names is the same"),
    "names_swapped": later("first and last name are swapped"),
    "first_differs": later("another first name"),
    "last_differs": later("another last name"),
    "birth_equal": later("same date of birth"),
    "birth_swapped": later("dates of birth with day and month swapped"),
    "birth_slip": later("dates of birth with one wrong digit"),
    "birth_agrees": later("dates of birth agree as far as known"),
    "birth_near": later("dates of birth are close"),
    "birth_differs": later("another date of birth"),
    "age_agrees": later("the age fits"),
    "age_differs": later("the age does not fit"),
    "sex_differs": later("another sex"),
    "address_equal": later("same address"),
    "address_similar": later("addresses are alike"),
    "street_equal": later("same street"),
    "place_equal": later("same town or ZIP code"),
    "school_equal": later("same school"),
    "school_similar": later("schools are alike"),
    "phone_equal": later("same telephone of the person"),
    "more_people": later("%(count)s more of the same people"),
    "same_caller": later("reported from the same number"),
}

LIKELY = (
    (85, later("Very likely the same")),
    (60, later("Likely the same")),
    (0, later("Possibly the same")),
)
"""From which score on it is called what, the highest first."""

LINKS = {
    "suggested": later("Not looked at yet"),
    "confirmed": later("Confirmed: the same people"),
    "rejected": later("Other people"),
    "same_incident": later("The same incident, another reporter"),
}
"""What a person said of an earlier report; codes of `matching.models.ReportLink.state`."""

SECTIONS = {
    "children": later("Child"),
    "caregivers": later("Parent or caregiver"),
    "household": later("Other person of the household"),
    "others": later("Somebody else"),
}
"""As what somebody stands in a report."""
