"""The REST interface for the account's numbers and its applications."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ivr.simulator.clock import rfc2822
from ivr.simulator.exchange import Application, Exchange
from ivr.simulator.gate import Gate, RestError
from ivr.simulator.numbers import formatted
from ivr.simulator.overrides import BadOverride, overrides
from ivr.simulator.rest import guard, listing
from ivr.simulator.settings import Line
from ivr.simulator.shapes import base

_LINE_FIELDS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "fallback_url",
    "VoiceFallbackMethod": "fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceApplicationSid": "application_sid",
    "TrunkSid": "trunk_sid",
}
_RENTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def numbers_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid> for numbers."""
    routes = Blueprint("numbers", __name__, url_prefix="/2010-04-01/Accounts/<account>")
    guard(routes, gate)

    @routes.get("/IncomingPhoneNumbers.json")
    def list_numbers(account: str) -> Response:
        # The filter is a pattern: whatever contains it is found.
        wanted = request.args.get("PhoneNumber", "")
        lines = [line for line in exchange.lines.values() if wanted in line.number]
        return listing("incoming_phone_numbers", [_line_json(account, line) for line in lines])

    @routes.get("/IncomingPhoneNumbers/<sid>.json")
    def fetch_number(account: str, sid: str) -> Response:
        return jsonify(_line_json(account, _line(exchange, sid)))

    @routes.post("/IncomingPhoneNumbers/<sid>.json")
    def update_number(account: str, sid: str) -> Response:
        line = _line(exchange, sid)
        _check_addresses("VoiceUrl", "VoiceFallbackUrl", "StatusCallback")
        changes = {
            field: request.form[name] or None for name, field in _LINE_FIELDS.items() if name in request.form
        }
        if changes.get("application_sid"):
            changes["trunk_sid"] = None
        elif changes.get("trunk_sid"):
            changes["application_sid"] = None
        return jsonify(_line_json(account, exchange.change_line(line.number, **changes)))

    return routes


def applications_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /2010-04-01/Accounts/<sid> for applications."""
    routes = Blueprint("applications", __name__, url_prefix="/2010-04-01/Accounts/<account>")
    guard(routes, gate)

    @routes.get("/Applications.json")
    def list_applications(account: str) -> Response:
        name = request.args.get("FriendlyName")
        found = [one for one in exchange.applications.values() if name in (None, one.name)]
        return listing("applications", [_application_json(account, one) for one in reversed(found)])

    @routes.post("/Applications.json")
    def create_application(account: str) -> tuple[Response, int]:
        _check_addresses("VoiceUrl")
        made = Application(
            sid="AP" + secrets.token_hex(16),
            name=request.form.get("FriendlyName", ""),
            voice_url=request.form.get("VoiceUrl", ""),
            voice_method=request.form.get("VoiceMethod", "POST"),
        )
        with exchange.lock:
            exchange.applications[made.sid] = made
        return jsonify(_application_json(account, made)), 201

    @routes.get("/Applications/<sid>.json")
    def fetch_application(account: str, sid: str) -> Response:
        return jsonify(_application_json(account, _application(exchange, sid)))

    @routes.post("/Applications/<sid>.json")
    def update_application(account: str, sid: str) -> Response:
        application = _application(exchange, sid)
        _check_addresses("VoiceUrl")
        application.name = request.form.get("FriendlyName", application.name)
        application.voice_url = request.form.get("VoiceUrl", application.voice_url)
        application.voice_method = request.form.get("VoiceMethod", application.voice_method)
        return jsonify(_application_json(account, application))

    return routes


def line_sid(number: str) -> str:
    """The id of one of our numbers: the same in every run."""
    return "PN" + hashlib.md5(number.encode(), usedforsecurity=False).hexdigest()


def _check_addresses(*names: str) -> None:
    """Raises RestError: 21402 for what is no absolute address, 11243 for an override that is none."""
    for name in names:
        address = request.form.get(name, "")
        if address and not address.startswith(("http://", "https://")):
            raise RestError(400, 21402, f"{name} is not valid: {address}")
        try:
            overrides(address)
        except BadOverride as fault:
            raise RestError(400, 11243, f"{name}: {fault}") from fault


def _missing() -> RestError:
    return RestError(404, 20404, f"The requested resource {request.path} was not found")


def _line(exchange: Exchange, sid: str) -> Line:
    for line in exchange.lines.values():
        if line_sid(line.number) == sid:
            return line
    raise _missing()


def _application(exchange: Exchange, sid: str) -> Application:
    application = exchange.applications.get(sid)
    if application is None:
        raise _missing()
    return application


def _line_json(account_sid: str, line: Line) -> dict[str, Any]:
    sid = line_sid(line.number)
    return {
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": "2010-04-01",
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"voice": line.voice, "sms": False, "mms": False, "fax": False},
        "date_created": rfc2822(_RENTED_AT),
        "date_updated": rfc2822(_RENTED_AT),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": formatted(line.number),
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": line.number,
        "sid": sid,
        "sms_application_sid": None,
        "sms_fallback_method": "POST",
        "sms_fallback_url": "",
        "sms_method": "POST",
        "sms_url": "",
        "status": "in-use",
        "status_callback": line.status_callback or "",
        "status_callback_method": line.status_callback_method,
        "trunk_sid": line.trunk_sid,
        "uri": f"{base(account_sid)}/IncomingPhoneNumbers/{sid}.json",
        "voice_application_sid": line.application_sid,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": line.fallback_method,
        "voice_fallback_url": line.fallback_url or "",
        "voice_method": line.voice_method,
        "voice_receive_mode": "voice",
        "voice_url": line.voice_url or "",
    }


def _application_json(account_sid: str, one: Application) -> dict[str, Any]:
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": rfc2822(one.created_at),
        "date_updated": rfc2822(one.created_at),
        "friendly_name": one.name,
        "message_status_callback": None,
        "public_application_connect_enabled": False,
        "sid": one.sid,
        "sms_fallback_method": "POST",
        "sms_fallback_url": None,
        "sms_method": "POST",
        "sms_status_callback": None,
        "sms_url": None,
        "status_callback": None,
        "status_callback_method": "POST",
        "uri": f"{base(account_sid)}/Applications/{one.sid}.json",
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_fallback_url": None,
        "voice_method": one.voice_method,
        "voice_url": one.voice_url,
    }
