"""Three ledgers side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.demo.day.ledgers import (
    DatabaseLedger,
    DispatchRow,
    MailLedger,
    PhoneLedger,
    ReportRow,
    as_text,
    compare,
    ledgers_as_json,
    ledgers_from_json,
)

PHONE = PhoneLedger({"CA1": "answered", "CA2": "abandoned", "CA3": "open"})
DATABASE = DatabaseLedger(
    outcomes={"CA1": "answered", "CA2": "abandoned", "CA3": "open"},
    reports=(
        ReportRow("KERN-1", "dispatched", dispatches=2, open_items=0),
        ReportRow("KERN-2", "closed", dispatches=0, open_items=0, reason="other_county"),
        ReportRow("KERN-3", "waiting", dispatches=0, open_items=1),
    ),
    dispatches=(
        DispatchRow("KERN-1 to the office", ("k1", "k2"), acknowledged=True),
        DispatchRow("KERN-1 to the partner", ("k3",), acknowledged=True),
    ),
    other_mail_keys=("k4",),
)
MAIL = MailLedger(("k1", "k2", "k3", "k3", "k4"))


def test_ledgers_that_tell_the_same_story_balance_and_a_repeated_mail_is_no_difference() -> None:
    comparison = compare(PHONE, MAIL, DATABASE)
    assert comparison.differences == ()
    assert ("calls offered", 3, None, 3) in comparison.sides
    assert ("dispatches", None, 2, 2) in comparison.sides
    assert ("  repeated", None, 1, None) in comparison.sides
    assert as_text(comparison).endswith("The three ledgers agree.")


TAMPERED = {
    "Call CA2 (abandoned) has no row": {"outcomes": {"CA1": "answered", "CA3": "open"}},
    "Call CA1 is 'answered' to the phone company and 'abandoned'": {
        "outcomes": {**DATABASE.outcomes, "CA1": "abandoned"}
    },
    "a call CA9 that the phone company does not know": {"outcomes": {**DATABASE.outcomes, "CA9": "answered"}},
    "knows outcomes that no ledger has: lost": {"outcomes": {**DATABASE.outcomes, "CA1": "lost"}},
    "KERN-9 was submitted and not decided": {"reports": (ReportRow("KERN-9", None, 0, 0),)},
    "KERN-9 counts as dispatched and went to nobody": {"reports": (ReportRow("KERN-9", "dispatched", 0, 0),)},
    "KERN-9 counts as closed and was dispatched": {"reports": (ReportRow("KERN-9", "closed", 1, 0, "x"),)},
    "KERN-9 was closed without a reason": {"reports": (ReportRow("KERN-9", "closed", 0, 0),)},
    "KERN-9 ended as 'lost'": {"reports": (ReportRow("KERN-9", "lost", 0, 0),)},
    "KERN-9 waits for a person, and no worklist": {"reports": (ReportRow("KERN-9", "waiting", 0, 0),)},
    "the mail k9 did not arrive": {"dispatches": (DispatchRow("d", ("k9",), True),)},
    "nobody was written to": {"dispatches": (DispatchRow("d", (), True),)},
    "nobody acknowledged it": {"dispatches": (DispatchRow("d", ("k1",), False),)},
    "The mail k4 arrived and the database knows nothing of it": {"other_mail_keys": ()},
    "The mail k8 did not arrive": {"other_mail_keys": ("k4", "k8")},
    "2 e-mails were wanted and not sent": {"unsent": 2},
}


@pytest.mark.parametrize("named", TAMPERED)
def test_a_tampered_database_is_found_out_and_the_difference_named(named: str) -> None:
    comparison = compare(PHONE, MAIL, replace(DATABASE, **TAMPERED[named]))  # type: ignore[arg-type]
    assert any(named in one for one in comparison.differences), comparison.differences
    assert named in as_text(comparison)


def test_mail_from_before_the_day_is_no_difference() -> None:
    late = MailLedger((*MAIL.message_ids, "k0"))
    assert compare(PHONE, late, replace(DATABASE, earlier_mail_keys=("k0",))).balanced
    assert not compare(PHONE, late, DATABASE).balanced


def test_callbacks_that_were_not_posted_are_a_difference() -> None:
    assert "2 callbacks" in compare(replace(PHONE, pending=2), MAIL, DATABASE).differences[0]


def test_ledgers_come_back_from_json_as_they_went() -> None:
    assert ledgers_from_json(ledgers_as_json(PHONE, MAIL, DATABASE)) == (PHONE, MAIL, DATABASE)
