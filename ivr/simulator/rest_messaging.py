"""The REST interface for messaging services: which there are, and whether the networks know their sender."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from ivr.simulator.clock import iso, wall
from ivr.simulator.exchange import Exchange
from ivr.simulator.gate import Gate, RestError
from ivr.simulator.rest import guard
from ivr.simulator.settings import Texting

PAGE_SIZE = 50
_PAGING = "https://messaging.twilio.com"


def messaging_blueprint(exchange: Exchange, gate: Gate) -> Blueprint:
    """The routes below /v1 (the real host is messaging.twilio.com). The account is who asks."""
    routes = Blueprint("messaging", __name__, url_prefix="/v1")
    guard(routes, gate)
    account_sid = exchange.settings.account_sid

    @routes.get("/Services")
    def list_services() -> Response:
        found = exchange.settings.texting
        return _listing("services", [_service(account_sid, one) for one in found])

    @routes.get("/Services/<sid>/Compliance/Usa2p")
    def list_campaigns(sid: str) -> Response:
        for one in exchange.settings.texting:
            if one.sid == sid:
                campaigns = [_campaign(account_sid, one)] if one.campaign_status else []
                return _listing("compliance", campaigns)
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")

    return routes


def _service(account_sid: str, one: Texting) -> dict[str, object]:
    now = iso(wall())
    url = f"{_PAGING}/v1/Services/{one.sid}"
    return {
        "account_sid": account_sid,
        "area_code_geomatch": True,
        "date_created": now,
        "date_updated": now,
        "fallback_method": "POST",
        "fallback_to_long_code": True,
        "fallback_url": None,
        "friendly_name": one.name,
        "inbound_method": "POST",
        "inbound_request_url": None,
        "links": {"phone_numbers": f"{url}/PhoneNumbers", "us_app_to_person": f"{url}/Compliance/Usa2p"},
        "mms_converter": True,
        "scan_message_content": "inherit",
        "sid": one.sid,
        "smart_encoding": True,
        "status_callback": None,
        "sticky_sender": True,
        "synchronous_validation": False,
        "url": url,
        "us_app_to_person_registered": one.campaign_status == "VERIFIED",
        "use_inbound_webhook_on_number": False,
        "usecase": "notifications",
        "validity_period": 14400,
    }


def _campaign(account_sid: str, one: Texting) -> dict[str, object]:
    now = iso(wall())
    return {
        "account_sid": account_sid,
        "brand_registration_sid": "BN" + "0" * 32,
        "campaign_id": "C000000",
        "campaign_status": one.campaign_status,
        "date_created": now,
        "date_updated": now,
        "description": "Notices to staff on duty",
        "messaging_service_sid": one.sid,
        "sid": "QE" + "0" * 32,
        "us_app_to_person_usecase": "LOW_VOLUME",
        "url": f"{_PAGING}/v1/Services/{one.sid}/Compliance/Usa2p/QE{'0' * 32}",
    }


def _listing(key: str, items: list[dict[str, object]]) -> Response:
    given: MultiDict[str, str] = request.args
    size = given.get("PageSize", PAGE_SIZE, type=int)
    address = f"{_PAGING}{request.path}?PageSize={size}&Page=0"
    meta = {
        "first_page_url": address,
        "key": key,
        "next_page_url": None,
        "page": 0,
        "page_size": size,
        "previous_page_url": None,
        "url": address,
    }
    return jsonify({key: items[:size], "meta": meta})
