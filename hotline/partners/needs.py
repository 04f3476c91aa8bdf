"""What people ask for who call about no report: codes, and words that callers use for them (pure).

The words help the search only; what a screen shows is in the catalog of the screens.
"""

from __future__ import annotations

from collections.abc import Mapping

NEEDS: Mapping[str, tuple[str, ...]] = {
    "crisis": ("crisis", "suicide", "emergency", "suicidio", "emergencia", "urgencia"),
    "domestic_violence": (
        "violence",
        "partner",
        "restraining order",
        "violencia",
        "pareja",
        "orden de alejamiento",
    ),
    "shelter": ("shelter", "homeless", "tonight", "refugio", "albergue", "sin hogar"),
    "housing": ("housing", "rent", "eviction", "landlord", "vivienda", "renta", "desalojo", "alquiler"),
    "food": ("food", "pantry", "hungry", "groceries", "comida", "despensa", "hambre", "alimentos"),
    "utilities": ("utilities", "electricity", "water bill", "gas", "luz", "agua", "recibos"),
    "clothing": ("clothes", "diapers", "car seat", "ropa", "pañales", "asiento de carro"),
    "child_care": ("child care", "daycare", "preschool", "head start", "guardería", "cuidado de niños"),
    "parenting": ("parenting", "classes", "new baby", "home visits", "crianza", "padres", "clases", "bebé"),
    "counseling": (
        "counseling",
        "therapy",
        "mental health",
        "grief",
        "consejería",
        "terapia",
        "salud mental",
        "duelo",
    ),
    "substance_use": ("drugs", "alcohol", "addiction", "rehab", "drogas", "adicción", "alcohólicos"),
    "health": (
        "doctor",
        "clinic",
        "dentist",
        "vaccine",
        "insurance",
        "clínica",
        "médico",
        "dentista",
        "seguro",
    ),
    "disability": (
        "disability",
        "special needs",
        "autism",
        "discapacidad",
        "autismo",
        "necesidades especiales",
    ),
    "school": ("school", "truancy", "tutoring", "bullying", "escuela", "ausencias", "acoso", "tareas"),
    "youth": ("teen", "runaway", "youth", "mentor", "adolescente", "joven", "se fue de casa"),
    "kinship": (
        "grandparent",
        "relative",
        "guardianship",
        "foster",
        "abuelos",
        "tutela",
        "acogida",
        "parientes",
    ),
    "legal": ("lawyer", "custody", "immigration", "legal", "abogado", "custodia", "inmigración", "migración"),
    "work": ("job", "unemployment", "training", "trabajo", "empleo", "desempleo", "capacitación"),
    "transport": ("bus", "ride", "transport", "autobús", "transporte", "camión"),
}
"""Need code -> words for it in both languages."""
