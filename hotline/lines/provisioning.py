"""Setting our numbers at the phone company: what would change, what can't work, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotline.base.config import Settings
from hotline.lines import pointing
from hotline.lines.models import Line
from hotline.telephony.books import Office, Pointing, Rented

FIELDS: Mapping[str, str] = {
    "voice_url": "voice address",
    "voice_method": "voice method",
    "fallback_url": "fallback address",
    "fallback_method": "fallback method",
    "status_url": "status callback",
    "status_method": "status callback method",
    "overruled_by": "application or trunk on the number",
}
"""What of a number is compared, in words."""

NO_FALLBACK = (
    "PUBLIC_FALLBACK_URL is not set: with this machine down, callers would hear an error. Upload what `hotline "
    "lines fallback` writes to another host and give its address."
)
SAME_HOST = (
    "PUBLIC_FALLBACK_URL: it is on the same host as PUBLIC_VOICE_URL and would be down together with it. Upload the "
    "fallback to another one."
)


@dataclass(frozen=True)
class LinePlan:
    """One line: `changes` maps a field to what it is and what it must be; with `faults` nothing is written."""

    line: Line
    rented: Rented | None
    wanted: Pointing
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    faults: Sequence[str] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class SoftphonePlan:
    """The application that browsers call. `sid` is None until it is made."""

    sid: str | None
    wanted: str
    now: str | None
    faults: Sequence[str] = ()

    @property
    def changes(self) -> bool:
        """Whether something is to be written."""
        return not self.faults and self.now != self.wanted


@dataclass(frozen=True)
class Plan:
    """Everything that the phone company would be told."""

    lines: Sequence[LinePlan]
    softphone: SoftphonePlan

    @property
    def faults(self) -> list[str]:
        """Whatever can't work, of every line and of the softphone; each once."""
        found = [fault for one in self.lines for fault in one.faults]
        return list(dict.fromkeys([*found, *self.softphone.faults]))

    @property
    def differs(self) -> bool:
        """Whether the phone company's settings are others than ours."""
        return self.softphone.changes or any(one.changes for one in self.lines)


def make_plan(lines: Sequence[Line], office: Office, settings: Settings) -> Plan:
    """Compare each active line with the phone company. Raises TryAgain or Refused, never writes."""
    faults, warnings = address_faults(settings)
    plans = [_line_plan(line, office, settings, faults, warnings) for line in lines if line.active]
    return Plan(plans, _softphone_plan(office, settings, faults))


def address_faults(settings: Settings) -> tuple[list[str], list[str]]:
    """What of the public addresses can't work, and what should not stay so."""
    real = pointing.is_real(settings.twilio_api_base_url)
    faults = pointing.faults_of("PUBLIC_VOICE_URL", settings.public_voice_url, real=real)
    fallback = settings.public_fallback_url
    if fallback:
        faults += pointing.faults_of("PUBLIC_FALLBACK_URL", fallback, real=real)
    weak = [NO_FALLBACK] if not fallback else []
    if fallback and pointing.same_host(fallback, settings.public_voice_url):
        weak.append(SAME_HOST)
    # A simulated company serves nobody: there it is enough to say so.
    return (faults + weak, []) if real else (faults, weak)


def _line_plan(
    line: Line, office: Office, settings: Settings, faults: Sequence[str], warnings: Sequence[str]
) -> LinePlan:
    wanted = pointing.pointing(
        settings.public_voice_url, settings.public_fallback_url, settings.public_fallback_method, line.number
    )
    rented = office.find(line.number)
    own, changes = list(faults), dict[str, tuple[str, str]]()
    if rented is None:
        own.append(f"{line.number}: this number is not on the account. Rent it there, or correct the line.")
    elif not rented.voice:
        own.append(f"{line.number}: this number can't take telephone calls. Rent one with voice.")
    else:
        changes = dict(rented.pointing.differences(wanted))
        if rented.overruled_by:
            changes["overruled_by"] = (rented.overruled_by, "")
    notes = list(warnings)
    if not line.backup_numbers:
        notes.append(f"{line.number}: it has no backup number, so its fallback can call nobody.")
    return LinePlan(line, rented, wanted, changes, own, notes)


def _softphone_plan(office: Office, settings: Settings, faults: Sequence[str]) -> SoftphonePlan:
    wanted = pointing.softphone_address(settings.public_voice_url)
    if settings.softphone is not None:
        found = office.application(settings.softphone.app_sid)
        if found is None:
            missing = "TWILIO_APP_SID: no such application is on the account. Unset it, then provision again."
            return SoftphonePlan(None, wanted, None, [missing])
    else:
        found = next(iter(office.applications(pointing.SOFTPHONE)), None)
    return SoftphonePlan(
        found.sid if found else None, wanted, found.voice_url if found else None, list(faults)
    )


def carry_out(plan: Plan, office: Office) -> str | None:
    """Write every change of a plan without faults; the sid of the softphone's application.

    A second run finds nothing to change. Raises TryAgain or Refused; what was written before stays.
    """
    for one in plan.lines:
        if one.changes and one.rented is not None:
            office.point(one.rented.sid, one.wanted)
    softphone = plan.softphone
    if softphone.sid is None:
        return office.create_application(pointing.SOFTPHONE, softphone.wanted, "POST").sid
    if softphone.changes:
        office.update_application(softphone.sid, softphone.wanted, "POST")
    return softphone.sid
