"""Codes of dispatches, worklist items and places in the words of the board and the portal."""

from __future__ import annotations

from hotline.web.shared.language import later

DISPATCH_STATES = {
    "assigned": later("Assigned, the notice is on its way"),
    "delivered": later("Told, not acknowledged"),
    "acknowledged": later("Acknowledged"),
    "withdrawn": later("Withdrawn"),
}

ROLES = {"lead": later("Leads the response"), "partner": later("Works along")}

ITEM_KINDS = {
    "place_ambiguous": later("Several places are possible"),
    "place_unknown": later("The place is not known"),
    "place_outside": later("The place is outside the county"),
    "place_not_served": later("Nobody serves this place"),
    "needs_decision": later("A person must decide"),
    "not_acknowledged": later("Nobody acknowledges"),
    "nobody_on_duty": later("Nobody is on duty at the recipient"),
    "not_reached": later("A message does not arrive"),
    "review_held": later("A report waits for a supervisor's review"),
    "review_owed": later("A supervisor reviews the decision"),
    "returned_report": later("A report was returned to its writer"),
    "collateral": later("Somebody who was asked has not answered"),
    "abandoned_call": later("A caller hung up before anybody answered"),
    "unfinished_call": later("A call was not finished"),
    "on_call_unanswered": later("Nobody on call took a caller"),
    "report_addition": later("Something new was added to a report"),
    "unfinished_report": later("A report was left unfinished"),
    "caller_waits": later("A caller waits too long"),
    "voicemail": later("A caller left a message"),
    "callback_failed": later("A caller could not be called back"),
    "callback_late": later("A callback lies too long"),
    "job_failing": later("Something keeps failing"),
    "call_unrecorded": later("A call happened that we know nothing of"),
    "event_undigested": later("News of a call could not be taken in"),
    "roster_empty": later("A roster is empty"),
    "paper_received": later("A letter or a fax came in"),
    "paper_left_lying": later("A letter or a fax was left lying"),
    "written_report_overdue": later("A written report has not come"),
    "recording_failed": later("A call that had to be recorded was not"),
    "online_report": later("An online report waits"),
    "online_danger": later("An online report points to danger now"),
}

ITEM_REASONS = {
    "addition_written": later("Somebody added to it after it was submitted. Tell whoever has the report."),
    "new_danger": later("Somebody added a new danger to it. Tell whoever has the report at once."),
    "hung_up_in_greeting": later("They hung up during the greeting."),
    "hung_up_in_menu": later("They hung up in the menu."),
    "hung_up_in_queue": later("They hung up while they waited."),
    "hung_up_in_ring": later("They hung up while they were put through."),
    "hung_up_in_voicemail": later("They hung up when they were asked to leave a message."),
    "report_left_unfinished": later("Its call is over, and nobody has written in it for half an hour."),
    "draft_left_alone": later("Nobody has written in it for half an hour."),
    "message_left": later("Nobody has listened to it yet."),
    "message_without_sound": later("The phone company told of it, but its sound did not come."),
    "fax_unread": later("A fax that nobody has read yet. It may be urgent."),
    "paper_not_settled": later("Somebody took it up, and nobody has said what came of it."),
    "letter_unread": later("A letter that nobody has read yet. It may be urgent."),
    "written_report_overdue": later(
        "The mandated reporter has not sent it in the time that the law gives. Ask for it."
    ),
    "callback_not_reached": later("Every attempt reached nobody. Decide whether somebody tries again."),
    "callback_refused": later("The phone company will not call this number."),
    "nobody_took_callback": later("It is due, and nobody who speaks the caller's language took it."),
    "served_by_backup": later("A backup telephone took it. Find out there what the caller said."),
    "placed_unknown": later("It was placed in our name. Ask whoever runs the system who did it."),
    "event_undigested": later("It is kept aside, sealed. Ask whoever runs the system which call it was."),
    "roster_empty": later("Nobody would be told of what comes next. Put somebody on duty."),
    "online_report_sent": later("A screener takes it up on the page “Online reports” of the console."),
    "online_report_in_danger": later(
        "Take it up at once on the page “Online reports” of the console. Its writer was told to call."
    ),
    "recording_refused": later("The phone company could not record the call."),
    "sound_absent": later("The phone company recorded no sound."),
    "sound_lost": later("The phone company lost the sound of the recording."),
    "sound_missing": later("The sound of the recording never became ready."),
    "sound_refused": later("The phone company does not hand out the sound of the recording."),
    "no_disposition": later("The call is over, but nobody wrote down what it was about."),
    "waited_too_long": later("The caller has waited longer than the line allows."),
    "no_screener_on_duty": later("No screener who could take the caller is on duty."),
    "on_call_unanswered": later("Everybody on the on-call list was telephoned, and nobody took the call."),
    "on_call_empty": later("The on-call list is empty: nobody could be telephoned."),
    "nobody_free_with_language": later("Nobody who speaks the caller's language is free."),
    "review_before": later("Nothing is closed and no partner is told until a supervisor has agreed."),
    "review_beside": later("The response goes on. A supervisor looks at the decision beside it."),
    "second_person": later("A lesser response was proposed: a second person has to agree or refuse."),
    "collateral_awaited": later("Somebody was asked before the decision, and the answer is late."),
    "question_open": later("A supervisor asks for more. The clocks go on."),
    "duplicate_not_found": later("It is said to be known already, but the earlier report was not found."),
    "not_acknowledged": later("Everybody on the recipient's roster was told, and nobody has acknowledged."),
    "nobody_on_duty": later("The recipient's roster is empty: there is nobody to tell."),
    "not_reached": later("A message to somebody at the recipient came back. The next person was told."),
}

COLLATERAL_REASONS = {
    "knows_child": later("Knows the child"),
    "saw_injury": later("Saw the injury"),
    "school_record": later("School record"),
    "medical_opinion": later("Medical opinion"),
    "police_record": later("Police record"),
    "earlier_file": later("Earlier file of the family"),
    "other": later("Another reason"),
}
"""Why somebody is asked before the decision."""

COLLATERAL_RESULTS = {
    "answered": later("Answered"),
    "not_reached": later("Could not be reached"),
    "no_longer_needed": later("No longer needed"),
}

CHOICES = {
    "covers_area": later("serves this area"),
    "covers_everything": later("serves the whole county"),
    "asked_later": later("serves it too, but is asked later"),
    "other_area": later("serves other areas"),
    "not_yet": later("does not serve it yet"),
    "no_longer": later("serves it no longer"),
    "inactive": later("takes no reports now"),
}
"""Why a recipient was chosen or not."""

TAKE_OVER = {
    "nobody_answers": later("Nobody answers there"),
    "supervisor_asked": later("A supervisor asked for it"),
    "other_reason": later("Another reason"),
}

REASSIGN = {
    "wrong_place": later("The place was wrong"),
    "nobody_answers": later("Nobody answers there"),
    "recipient_declined": later("They can't take it"),
    "conflict_of_interest": later("They know the people"),
    "other_reason": later("Another reason"),
}

ASSIGN = {
    "place_clarified": later("The place is clear now"),
    "nearest_recipient": later("It is the nearest that can go"),
    "agreed_by_telephone": later("Agreed with them by telephone"),
    "person_decided": later("Decided after reading the report"),
    "other_reason": later("Another reason"),
}

CLOSE = {
    "no_recipient_serves_place": later("Nobody serves this place, and no visit is required"),
    "referred_to_other_county": later("Handed to another county"),
    "referred_to_law_enforcement": later("Handed to the police"),
    "referred_by_telephone": later("Referred by telephone"),
    "evaluated_out_by_person": later("Evaluated out after reading it"),
    "duplicate_of_known_report": later("The same report is known already"),
}
"""The lawful reasons for which a person may end a report without dispatch."""

SETTLE = {
    "recipient_told": later("Read, and whoever has the report was told"),
    "screened_again": later("Read, and the report is screened again"),
    "nothing_to_tell": later("Read; it changes nothing for anybody"),
    "called_back": later("Called back"),
    "no_answer": later("Called back, nobody answered"),
    "not_safe_to_call": later("Not safe to call back"),
    "no_number": later("No number to call back"),
    "taken_care_of": later("Taken care of"),
}
"""How a matter that is not a report's came to its end."""

EVIDENCE = {
    "town_named": later("The town was named: %(place)s."),
    "town_spelled_like": later("The town's name was close to %(place)s."),
    "town_not_recognised": later("The town's name was not recognised."),
    "town_elsewhere": later("The town lies elsewhere: %(place)s."),
    "zip_names_town": later("The ZIP code belongs to %(place)s."),
    "zip_disagrees": later("The ZIP code says something else: %(place)s."),
    "zip_elsewhere": later("The ZIP code belongs to another county."),
    "zip_malformed": later("The ZIP code is not one."),
    "zip_unknown": later("The ZIP code does not exist."),
    "zip_town_not_listed": later("The ZIP code belongs to this county, to no listed town."),
    "county_said": later("The county was named."),
    "county_disagrees": later("The county that was named is another one."),
    "counties_disagree": later("What was said points to several counties."),
    "state_elsewhere": later("The state that was named is another one."),
    "nothing_given": later("No place was given."),
}
"""What spoke for or against a place."""

PLACEMENTS = {
    "found": later("Found"),
    "ambiguous": later("Several are possible"),
    "unknown": later("Not known"),
    "outside": later("Outside the county"),
}

CHANNELS = {"portal": later("Portal"), "email": later("E-mail")}

DELIVERIES = {
    "wanted": later("On its way"),
    "sent": later("Sent"),
    "failed": later("Did not arrive"),
    "dropped": later("No longer needed"),
}
