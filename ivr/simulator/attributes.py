"""The attributes that the phone company knows: a misspelt one is ignored there, and told of here."""

from xml.etree.ElementTree import Element

_TEXT = {"language", "loop", "voice"}
_KNOWN: dict[str, set[str]] = {
    "Client": {"method", "name", "statusCallback", "statusCallbackEvent", "statusCallbackMethod", "url"},
    "Conference": {
        *("beep", "coach", "endConferenceOnExit", "eventCallbackUrl", "jitterBufferSize", "maxParticipants"),
        *("muted", "participantLabel", "record", "recordingStatusCallback", "recordingStatusCallbackEvent"),
        *("recordingStatusCallbackMethod", "region", "startConferenceOnEnter", "statusCallback"),
        *("statusCallbackEvent", "statusCallbackMethod", "trim", "waitMethod", "waitUrl"),
    },
    "Dial": {
        *("action", "answerOnBridge", "callerId", "callReason", "hangupOnStar", "method", "record"),
        *("recordingStatusCallback", "recordingStatusCallbackEvent", "recordingStatusCallbackMethod"),
        *(
            "recordingTrack",
            "referMethod",
            "referUrl",
            "ringTone",
            "sequential",
            "timeLimit",
            "timeout",
            "trim",
        ),
    },
    "Enqueue": {"action", "maxQueueSize", "method", "waitUrl", "waitUrlMethod", "workflowSid"},
    "Gather": {
        *("action", "actionOnEmptyResult", "bargeIn", "debug", "enhanced", "finishOnKey", "hints", "input"),
        *("language", "maxSpeechTime", "method", "numDigits", "partialResultCallback"),
        *("partialResultCallbackMethod", "profanityFilter", "speechModel", "speechTimeout", "timeout"),
    },
    "Hangup": set(),
    "Leave": set(),
    "Number": {
        *("byoc", "machineDetection", "method", "phoneNumberSid", "sendDigits", "statusCallback"),
        *("statusCallbackEvent", "statusCallbackMethod", "url"),
    },
    "Pause": {"length"},
    "Play": {"digits", "loop"},
    "Queue": {"method", "postWorkActivitySid", "reservationSid", "url"},
    "Record": {
        *("action", "finishOnKey", "maxLength", "method", "playBeep", "recordingStatusCallback"),
        *("recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "timeout", "transcribe"),
        *("transcribeCallback", "trim"),
    },
    "Redirect": {"method"},
    "Reject": {"reason"},
    "Say": _TEXT,
}


def unknown_attributes(verb: Element) -> list[str]:
    """Each attribute of a verb and its nouns that the phone company does not know, as `Verb.attribute`."""
    return [
        f"{element.tag}.{name}"
        for element in verb.iter()
        if element.tag in _KNOWN
        for name in element.attrib
        if name not in _KNOWN[element.tag]
    ]
