"""The directory of help in the words of the screens."""

from __future__ import annotations

from hotline.web.shared.language import later

NEEDS = {
    "crisis": later("Crisis, someone to talk to now"),
    "domestic_violence": later("Violence at home"),
    "shelter": later("A place to sleep"),
    "housing": later("Housing and rent"),
    "food": later("Food"),
    "utilities": later("Electricity, water, gas"),
    "clothing": later("Clothes, diapers, car seats"),
    "child_care": later("Child care"),
    "parenting": later("Help with parenting"),
    "counseling": later("Counseling and mental health"),
    "substance_use": later("Drugs and alcohol"),
    "health": later("Health care"),
    "disability": later("Disability"),
    "school": later("School"),
    "youth": later("Young people"),
    "kinship": later("Grandparents and relatives who raise a child"),
    "legal": later("Legal help, custody, immigration"),
    "work": later("Work"),
    "transport": later("Getting there"),
}
"""Needs, as the choices of the search name them."""
