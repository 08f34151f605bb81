"""The table: one row for each address, in the order of the resolver.

A new address needs a row here; `tests/policy/rows.py` explains the columns.
"""

from __future__ import annotations

from tests import factories
from tests.policy.actors import (
    COORDINATORS,
    EVERYBODY,
    NOBODY,
    OR_RESTING,
    PARTIES,
    SIGNED_IN,
    Actor,
)
from tests.policy.rows import (
    TO_PAUSED,
    TO_SIGN_IN,
    Row,
    for_accounts,
    for_coordinators,
    for_volunteers,
    for_volunteers_or_resting,
)
from warmline.protocol import base64url
from warmline.rules.models import RULES

SEEKER, VOLUNTEER, HELD_BACK = Actor.SEEKER, Actor.VOLUNTEER, Actor.HELD_BACK
BOTH_SIDES = (SEEKER, VOLUNTEER)
ONLY_SEEKER, ONLY_VOLUNTEER = frozenset({SEEKER}), frozenset({VOLUNTEER})
ONLY_HELD_BACK, ONLY_UNINVOLVED = frozenset({HELD_BACK}), frozenset({Actor.COORDINATOR})
VOLUNTEERING_ALREADY = OR_RESTING | {Actor.SUSPENDED}
ENDED = {"room_id": "ended room"}
OTHER_VOLUNTEER = Actor.OTHER_VOLUNTEER
ONLY_JOINED, ONLY_INVOLVED = frozenset({OTHER_VOLUNTEER}), frozenset({Actor.INVOLVED})
JOINED = {"room_id": "joined room"}
DEBRIEF = {"room_id": "debrief room"}
LETTER = {"room_id": "letter"}
APPOINTMENT = {"appointment_id": "appointment"}
AWAITED = {"sanction_id": "awaited sanction"}
LEAVES_FROM_EVERYWHERE = (
    "Quick exit works from every page, also one whose token is stale; other sites are refused."
)

PLACE = {
    "name": "Day Window",
    "country": "AT",
    "languages": ["de"],
    "time_zone": "Europe/Vienna",
}
HOURS = {
    "weekdays": ["0"],
    "starts": "20:00",
    "minutes": "120",
    "time_zone": "Europe/Vienna",
    "first_day": "2026-01-01",
}
LINE = {"name": "Helpline", "phone": "142", "ways": ["phone"]}
CODE = {"code": "{report code}", "proof": "{worked for a report}"}
KEY = {"pk": "{new public key}", "wrapped": base64url.encode(bytes(166))}
PUSH = {
    "endpoint": "https://push.example.org/one",
    "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    "auth": base64url.encode(bytes(16)),
}
NEW_ACCOUNT = {"username": "femi", "password": factories.PASSWORD, "alias": "Quiet Heron"}

SEEKING: dict[str, Row] = {
    "home": Row(get=EVERYBODY),
    "begin": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"adult": "on", "consent": "on", "rules": "on", "version": "{seekers rules}"},
    ),
    "about": Row(
        get=EVERYBODY, post=EVERYBODY, body={"languages": ["en"], "ways": ["text"]}, leads=TO_PAUSED
    ),
    "waiting": Row(get=EVERYBODY, seen=(Actor.WAITING,)),
    "waiting_here": Row(post=EVERYBODY),
    "waiting_news": Row(get=EVERYBODY, seen=False),
    "waiting_leave": Row(post=EVERYBODY),
    "tell_me": Row(get=EVERYBODY, seen=(Actor.WAITING,)),
    "tell_me_push": Row(post=EVERYBODY, body=PUSH),
    "tell_me_mail": Row(post=EVERYBODY, body={"email": "ada@example.org"}),
    "tell_me_stop": Row(post=EVERYBODY),
    "push_keep": Row(post=EVERYBODY, body={**PUSH, "kind": "letter", "then": "/remember/"}),
    "tell_me_back": Row(get=EVERYBODY, post=EVERYBODY, args={"token": "no code"}),
    "met": Row(get=EVERYBODY, seen=(Actor.MET,)),
    "met_start": Row(post=EVERYBODY),
    "met_decline": Row(post=EVERYBODY),
    "extra_time": Row(post=EVERYBODY, body={"on": "1"}),
    "live_ticket": Row(post=EVERYBODY - {Actor.STRANGER}, but={Actor.STRANGER: 403}),
    "leave": Row(post=EVERYBODY, tokenless=LEAVES_FROM_EVERYWHERE),
    "exit": Row(get=EVERYBODY, post=EVERYBODY, tokenless=LEAVES_FROM_EVERYWHERE, seen=False),
}

TALK: dict[str, Row] = {
    "talk": Row(get=PARTIES, seen=BOTH_SIDES),
    "talk_ticket": Row(post=PARTIES),
    "talk_third": Row(get=PARTIES, seen=False),
    "talk_third_ask": Row(post=PARTIES, body={"kind": "second_listener"}),
    "talk_third_agree": Row(post=PARTIES),
    "talk_third_stop": Row(post=PARTIES),
    "code_words": Row(get=EVERYBODY, seen=False),
    "room_keys": Row(get=PARTIES, seen=False),
    "room_keys_hello": Row(post=PARTIES, body={"pk": "{public key}"}),
    "room_keys_resume": Row(post=PARTIES),
    "room_keys_commit": Row(post=frozenset(), but=dict.fromkeys(PARTIES, 409)),
    "talk_state": Row(get=PARTIES, args=ENDED, seen=False),
    "talk_end": Row(post=PARTIES),
    "talk_end_apart": Row(post=PARTIES),
    "talk_need_to_stop": Row(post=ONLY_VOLUNTEER, but={SEEKER: 409}),
    "talk_wait_again": Row(post=ONLY_SEEKER, args=ENDED, but={VOLUNTEER: 409}),
    "talk_may_know": Row(post=PARTIES),
    "talk_more_time": Row(post=ONLY_VOLUNTEER, but={SEEKER: 409}),
    "talk_sign_offs": Row(get=ONLY_VOLUNTEER, seen=False),
    "talk_handover": Row(post=ONLY_VOLUNTEER, but={SEEKER: 409}),
    "talk_card": Row(get=ONLY_SEEKER, post=ONLY_SEEKER, body={"country": "AT"}, seen=False),
    "talk_show_card": Row(post=ONLY_VOLUNTEER, but={SEEKER: 409}),
    "goodbye": Row(get=PARTIES, post=PARTIES, args=ENDED, body={"answer": "yes"}, seen=BOTH_SIDES),
    "talk_end_report": Row(post=PARTIES),
    "report": Row(get=PARTIES, post=PARTIES, args=ENDED, body={"reason": "insult"}),
    "report_part": Row(get=PARTIES, args=ENDED, seen=False),
}

HELD: dict[str, Row] = {
    "paused": Row(get=EVERYBODY, seen=(HELD_BACK,)),
    "appeal": Row(post=ONLY_HELD_BACK, body={"text": "Please look again."}, leads=TO_PAUSED),
    "reminder_read": Row(post=ONLY_HELD_BACK),
}

VOLUNTEERING: dict[str, Row] = {
    "volunteer": for_volunteers_or_resting(get=True),
    "profile": for_volunteers_or_resting(get=True),
    "profile_languages": for_volunteers_or_resting(
        get=True, post=True, body={"languages": ["en", "de"], "ways": ["text"]}
    ),
    "profile_topics": for_volunteers_or_resting(get=True, post=True),
    "profile_card": for_volunteers_or_resting(get=True, post=True, body={"card": "I know nights."}),
    "profile_limits": for_volunteers_or_resting(
        get=True,
        post=True,
        body={"talks_at_once": "1", "longest_talk": "30", "minutes_a_day": "120"},
    ),
    "notices": for_volunteers_or_resting(get=True),
    "notices_keep": for_volunteers_or_resting(post=True, body=PUSH),
    "notices_off": for_volunteers_or_resting(post=True),
    "reachable": for_volunteers_or_resting(
        get=True,
        post=True,
        body={
            "days": ["0", "1"],
            "start": "18:00",
            "end": "22:00",
            "zone": "Europe/Berlin",
            "at_most": "3",
        },
    ),
    "reachable_off": for_volunteers_or_resting(post=True),
    "own_hours": for_volunteers_or_resting(get=True),
    "own_hours_tick": for_volunteers_or_resting(post=True, body={"coming": "on"}),
    "own_hours_address": for_volunteers_or_resting(post=True),
    "own_hours_address_end": for_volunteers_or_resting(post=True),
    "volunteer_ready": for_volunteers_or_resting(post=True, body={"minutes": "25", "steady": "on"}),
    "volunteer_done": for_volunteers_or_resting(post=True),
    "volunteer_rest": for_volunteers_or_resting(post=True),
    "volunteer_end_rest": for_volunteers_or_resting(post=True),
    "volunteer_begin_resting": for_volunteers_or_resting(post=True),
    "volunteer_end_resting": for_volunteers_or_resting(post=True),
    "volunteer_here": for_volunteers(post=True),
    "volunteer_offer": for_volunteers(get=True, seen=False),
    "offer_opened": for_volunteers(get=ONLY_VOLUNTEER),
    "offer_take": for_volunteers(post=ONLY_VOLUNTEER),
    "offer_not_now": for_volunteers(post=ONLY_VOLUNTEER),
    "offer_no": for_volunteers(post=ONLY_VOLUNTEER),
    "letter_key": for_volunteers_or_resting(get=True),
    "letter_key_new": for_volunteers(get=True, post=True, body=KEY),
    "letter_key_restore": for_volunteers_or_resting(get=True, post=True),
    "letter_key_off": for_volunteers_or_resting(post=True, body={"sure": "on"}),
}

TEAM = OR_RESTING | COORDINATORS
AT_A_DEBRIEF = frozenset({VOLUNTEER, Actor.COORDINATOR})

DEBRIEFS: dict[str, Row] = {
    "third_calls": for_volunteers(get=True, seen=False),
    "third_take": for_volunteers(post=ONLY_INVOLVED),
    "third_pass": for_volunteers(post=ONLY_INVOLVED),
    "third_room": for_volunteers_or_resting(get=ONLY_JOINED, args=JOINED, seen=(OTHER_VOLUNTEER,)),
    "third_ticket": for_volunteers_or_resting(post=ONLY_JOINED, args=JOINED),
    "third_state": for_volunteers_or_resting(get=ONLY_JOINED, args=JOINED, seen=False),
    "third_leave": for_volunteers_or_resting(post=ONLY_JOINED, args=JOINED),
    "third_over": for_volunteers_or_resting(
        get=ONLY_JOINED, post=ONLY_JOINED, args={"room_id": "left room"}, seen=(OTHER_VOLUNTEER,)
    ),
    "debrief": Row(get=TEAM, needs=TEAM),
    "debrief_ask": Row(post=TEAM, needs=TEAM),
    "debrief_take_back": Row(post=TEAM, needs=TEAM),
    "debrief_take": Row(post=ONLY_UNINVOLVED, needs=TEAM),
    "debrief_room": Row(get=AT_A_DEBRIEF, needs=TEAM, args=DEBRIEF),
    "debrief_ticket": Row(post=AT_A_DEBRIEF, needs=TEAM, args=DEBRIEF),
    "debrief_state": Row(get=AT_A_DEBRIEF, needs=TEAM, args=DEBRIEF, seen=False),
    "debrief_end": Row(post=AT_A_DEBRIEF, needs=TEAM, args=DEBRIEF),
    # What is over is gone: whoever comes later sees the same kind words, and nothing of it.
    "debrief_over": Row(get=TEAM, needs=TEAM, args=DEBRIEF, seen=False),
}

COMING_BACK: dict[str, Row] = {
    "remember": Row(get=EVERYBODY),
    "remember_here": Row(post=EVERYBODY),
    "forget_here": Row(post=EVERYBODY),
    "draw_phrase": Row(get=EVERYBODY, post=EVERYBODY),
    "forget_phrase": Row(post=EVERYBODY),
    "delete_me": Row(post=EVERYBODY),
    "forgotten": Row(get=EVERYBODY),
    "come_back": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"made": "{words}", "proof": "{worked for coming back}"},
    ),
    "came_back": Row(get=EVERYBODY),
}

PUBLIC: dict[str, Row] = {
    "crisis": Row(get=EVERYBODY),
    "crisis_country": Row(get=EVERYBODY, args={"code": "country"}),
    "report_state": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"code": "{report code}", "proof": "{worked for a report}"},
    ),
    "service_worker": Row(get=EVERYBODY, seen=False),
    "hours_feed": Row(get=EVERYBODY, seen=False),
    "own_hours_feed": Row(get=EVERYBODY, args={"token": "calendar address"}, seen=False),
    "notices_worker": Row(get=EVERYBODY, seen=False),
    "manifest": Row(get=EVERYBODY, seen=False),
    "notices_iphone": Row(get=EVERYBODY),
    "leaving_fast": Row(get=EVERYBODY),
    "privacy": Row(get=EVERYBODY),
    "proof": Row(get=EVERYBODY, args={"purpose": "work"}, seen=False),
    "favicon": Row(get=EVERYBODY, seen=False),
    "health_live": Row(get=EVERYBODY, seen=False),
    "health_ready": Row(get=EVERYBODY, seen=False),
}

SIGNING_IN: dict[str, Row] = {
    "join": Row(
        get=EVERYBODY,
        post=EVERYBODY - VOLUNTEERING_ALREADY,
        args={"code": "invitation code"},
        body=NEW_ACCOUNT,
        but=dict.fromkeys(VOLUNTEERING_ALREADY, 409),
        signs_in=True,
    ),
    "account_login": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"login": "chioma", "password": factories.PASSWORD},
        class_based=True,
        signs_in=True,
    ),
    "account_logout": Row(get=EVERYBODY, post=EVERYBODY, class_based=True, seen=(VOLUNTEER,)),
    "account_change_password": Row(
        get=SIGNED_IN,
        post=SIGNED_IN,
        needs=SIGNED_IN,
        class_based=True,
        body={
            "oldpassword": factories.PASSWORD,
            "password1": "another harbour light",
            "password2": "another harbour light",
        },
    ),
    # Only before there is a community: afterwards coordinators are led to the desk, others see 404.
    "first_run": Row(get=SIGNED_IN, post=SIGNED_IN, args={"code": "no code"}, seen=False),
}

DESK: dict[str, Row] = {
    "desk_lines": for_coordinators(get=True),
    "desk_line_add": for_coordinators(get=True, post=True, body={"country": "AT", **LINE}),
    "desk_line": for_coordinators(get=True, post=True, body=LINE),
    "desk_line_checked": for_coordinators(post=True),
    "desk_line_take_out": for_coordinators(post=True),
    "desk_line_bring_back": for_coordinators(post=True),
    "desk": for_coordinators(get=True),
    "desk_welcome": for_coordinators(get=True),
    "desk_invite": for_coordinators(get=True, post=True, body={"kind": "volunteer"}),
    "desk_withdraw": for_coordinators(post=True),
    "desk_hours": for_coordinators(get=True, post=True, body=HOURS),
    "desk_hours_change": for_coordinators(get=True, post=True, body=HOURS),
    "desk_hours_remove": for_coordinators(post=True),
    "desk_topics": for_coordinators(
        get=True, post=True, body={"name": "New topic", "kind": "topic"}
    ),
    "desk_topic": for_coordinators(get=True, post=True, body={"name": "New name"}),
    "desk_retire": for_coordinators(post=True),
    "desk_bring_back": for_coordinators(post=True),
    "desk_texts": for_coordinators(get=True),
    "desk_text": for_coordinators(
        get=True, post=True, body={"text": "Your time for today is used.", "approved": "on"}
    ),
    "desk_settings": for_coordinators(get=True, post=True, body=PLACE),
    "desk_numbers": for_coordinators(
        get=True,
        post=True,
        body={key: rule.default for key, rule in RULES.items()} | {"talk_minutes_text": 30},
    ),
    "desk_reports": for_coordinators(get=True),
    "desk_report": for_coordinators(get=ONLY_UNINVOLVED),
    "desk_report_read": for_coordinators(post=ONLY_UNINVOLVED),
    "desk_report_decide": for_coordinators(
        post=ONLY_UNINVOLVED,
        args={"report_id": "read report"},
        body={"step": "reminder", "rule": "insult"},
    ),
    "desk_report_hold": for_coordinators(post=ONLY_UNINVOLVED, args={"report_id": "read report"}),
    "desk_chat_yes": for_coordinators(
        post=ONLY_UNINVOLVED,
        args={"report_id": "read report"},
        body={"handed_on": "{handed on}"},
    ),
    "desk_chat_open": for_coordinators(
        post=ONLY_UNINVOLVED,
        args={"report_id": "read report"},
        body={"handed_on": "{handed on}"},
    ),
    # Nobody has opened it yet.
    "desk_chat_let_in": for_coordinators(
        post=ONLY_UNINVOLVED, args={"report_id": "read report"}, body={"blobs": "[]"}, unmet=409
    ),
    "desk_chat_end": for_coordinators(post=ONLY_UNINVOLVED, args={"report_id": "read report"}),
    "desk_words_let_in": for_coordinators(
        post=ONLY_UNINVOLVED,
        args={"report_id": "read report"},
        body={"sealed": "{words anew}"},
    ),
    "desk_second": for_coordinators(post=ONLY_UNINVOLVED, args=AWAITED, body={"answer": "confirm"}),
    "desk_appeal": for_coordinators(get=ONLY_UNINVOLVED),
    "desk_appeal_reader": for_coordinators(
        get=ONLY_UNINVOLVED, post=ONLY_UNINVOLVED, body={"volunteer": "{reading volunteer}"}
    ),
    "desk_appeal_answer": for_coordinators(post=ONLY_UNINVOLVED, body={"answer": "lift"}),
}

TEAM_RULES = {"audience": "team audience", "number": "rules number"}
DRAFT = {"audience": "draft audience", "number": "draft number", "key": "draft key"}

RULES_PAGES: dict[str, Row] = {
    "rules": Row(get=EVERYBODY),
    "rules_of": Row(get=EVERYBODY, args=TEAM_RULES),
    "rules_version": Row(get=EVERYBODY, args=TEAM_RULES),
    "rules_changes": Row(
        get=EVERYBODY, args={**TEAM_RULES, "old": "rules number", "new": "rules number"}
    ),
    "volunteer_rules": Row(get=TEAM, post=TEAM, needs=TEAM, body={"version": "{rules number}"}),
    "desk_rules": for_coordinators(get=True),
    "desk_rules_accepted": for_coordinators(get=True),
    "desk_rules_begin": for_coordinators(post=True, args=TEAM_RULES),
    "desk_rules_version": for_coordinators(get=True, args=DRAFT),
    "desk_rules_add": for_coordinators(
        get=True, post=True, args=DRAFT, body={"kind": "rule", "text": "We listen."}
    ),
    "desk_rules_entry": for_coordinators(
        get=True, post=True, args=DRAFT, body={"text": "We listen first."}
    ),
    "desk_rules_move": for_coordinators(post=True, args=DRAFT, body={"to": "up"}),
    "desk_rules_take_out": for_coordinators(post=True, args=DRAFT),
    "desk_rules_approve": for_coordinators(post=True, args=DRAFT, body={"approved": "on"}),
    # Nobody has agreed to this draft yet.
    "desk_rules_publish": for_coordinators(
        get=True, post=True, args=DRAFT, body={"day": "{next month}"}, unmet=422
    ),
    "desk_rules_withdraw": for_coordinators(post=True, args=DRAFT),
    "desk_rules_discard": for_coordinators(post=True, args=DRAFT),
}
PLANS: dict[str, Row] = {
    "plan": Row(get=EVERYBODY),
    "plan_about": Row(get=EVERYBODY),
    "plan_answer": Row(post=EVERYBODY, body={"answer": "no"}),
    "plan_wish": Row(get=EVERYBODY, post=EVERYBODY, seen=False),
    "plan_agree": Row(post=EVERYBODY),
    "plan_change": Row(post=EVERYBODY),
    "plan_decline": Row(post=EVERYBODY),
    "plan_go_on": Row(post=EVERYBODY),
    "plan_end": Row(post=EVERYBODY),
    "plan_teams": for_volunteers_or_resting(get=True),
    "plan_team_answer": for_volunteers_or_resting(post=ONLY_VOLUNTEER, body={"answer": "yes"}),
    "appeal_task": for_volunteers(get=ONLY_VOLUNTEER, args={"reader_id": "appeal reader"}),
    "appeal_task_answer": for_volunteers(
        post=ONLY_VOLUNTEER, args={"reader_id": "appeal reader"}, body={"answer": "yes"}
    ),
    "plan_team_end": for_volunteers_or_resting(post=ONLY_VOLUNTEER),
    "desk_plans": for_coordinators(get=True),
    "desk_plan": for_coordinators(
        get=True,
        post=True,
        unmet=422,  # whom to ask is chosen from who fits
    ),
    "desk_plan_go_on": for_coordinators(post=True),
    "desk_plan_end": for_coordinators(post=True),
}
HAS_NO_SUCH_THING = dict.fromkeys(SIGNED_IN - ONLY_VOLUNTEER, 302)
"""Led back to their own page; Ben's stays as it is."""
ONLY_ON_THE_WAY_IN = dict.fromkeys(EVERYBODY, TO_SIGN_IN) | dict.fromkeys(SIGNED_IN, 302)
"""Between the password and the second factor, and never else."""
STILL_VOLUNTEERS = OR_RESTING | {Actor.SUSPENDED}

ACCOUNT: dict[str, Row] = {
    "account": for_accounts(get=True),
    "own_record": for_accounts(get=True),
    "alone_notice": for_accounts(get=True),
    "second_factor": for_accounts(get=True),
    "new_app": for_accounts(get=True, post=True, body={"code": "123456"}, unmet=422),
    "new_passkey": for_accounts(get=True, post=True, seen=False),  # at a name, not at an address
    "recovery_codes": for_accounts(get=True, post=True, body={"kept": "1"}, seen=False),
    "new_recovery_codes": for_accounts(post=True),
    "remove_factor": for_accounts(
        post=ONLY_VOLUNTEER, args={"factor_id": "factor"}, but=HAS_NO_SUCH_THING
    ),
    "end_session": for_accounts(post=True, args={"key": "no code"}),
    "end_other_sessions": for_accounts(post=True),
    "address": for_accounts(get=NOBODY, post=NOBODY, seen=False),  # without a mail server
    "forget_address": for_accounts(post=True),
    "not_me": for_accounts(
        post=ONLY_VOLUNTEER, args={"recovery_id": "recovery"}, but=HAS_NO_SUCH_THING
    ),
    "stop_role": for_accounts(
        get=STILL_VOLUNTEERS, post=STILL_VOLUNTEERS, args={"kind": "volunteering"}
    ),
    "mfa_authenticate": Row(
        get=NOBODY, post=NOBODY, but=ONLY_ON_THE_WAY_IN, class_based=True, seen=False
    ),
    "factor_lost": Row(
        get=NOBODY, post=NOBODY, but=ONLY_ON_THE_WAY_IN, class_based=True, seen=False
    ),
    "account_reauthenticate": for_accounts(
        get=True, post=True, body={"password": factories.PASSWORD}, class_based=True
    ),
    "password_forgotten": Row(get=EVERYBODY, post=EVERYBODY, body={"username": "ben"}),
    "set_password": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        args={"kind": "link kind", "name": "link name", "token": "link token"},
        body={"password": "another harbour light"},
        leads=TO_SIGN_IN,
    ),
    "confirm_address": Row(
        get=NOBODY,
        post=NOBODY,
        args={"token": "no code"},
        but=dict.fromkeys(EVERYBODY, 410),
        seen=False,
    ),
    "desk_sign_in": for_coordinators(get=True),
    "desk_factor_agree": for_coordinators(
        post=True, args={"recovery_id": "recovery"}, body={"checked": "1"}
    ),
    "desk_factor_refuse": for_coordinators(post=True, args={"recovery_id": "recovery"}),
    "desk_password_link": for_coordinators(post=True, body={"account": "{account}"}),
}
BEN = {"person_id": "volunteer", "kind": "volunteering"}

POWER: dict[str, Row] = {
    "desk_people": for_coordinators(get=True),
    "desk_person": for_coordinators(get=True, args=BEN),
    "desk_make_coordinator": for_coordinators(post=True, args=BEN),
    "desk_still_right": for_coordinators(post=True, args=BEN),
    "desk_end_role": for_coordinators(post=True, args=BEN),
    "desk_seconds": for_coordinators(get=True),
    "desk_ask": for_coordinators(post=True, args={"kind": "export"}),
    "desk_answer": for_coordinators(
        post=True, args={"approval_id": "asked approval"}, body={"answer": "yes"}
    ),
    # What two agreed on is for the one who asked.
    "desk_fetch": for_coordinators(
        post=ONLY_UNINVOLVED,
        args={"approval_id": "agreed approval"},
        but={Actor.INVOLVED: 302},
    ),
    "desk_key": for_coordinators(get=True),
    "desk_key_new": for_coordinators(get=True, post=True, body=KEY),
    "desk_key_restore": for_coordinators(get=True, post=True),
    "desk_key_ask": for_coordinators(post=True),
    "desk_key_off": for_coordinators(post=True, body={"sure": "on"}),
    "desk_key_compare": for_coordinators(get=True, args={"approval_id": "key approval"}),
    "desk_record": for_coordinators(get=True),
    "desk_record_check": for_coordinators(post=True),
    "desk_alone": for_coordinators(get=True),
    "desk_announce": for_coordinators(post=True),
    "desk_call_off": for_coordinators(post=True),
}

DEMO: dict[str, Row] = {
    # Mounted with --demo alone; tested with a demo's addresses.
    "demo_enter": Row(get=NOBODY, args={"token": "no code"}, signs_in=True, seen=False),
}

LETTERS: dict[str, Row] = {
    "letter": Row(get=EVERYBODY, seen=BOTH_SIDES),
    "letter_about": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"language": "en"},
        leads=TO_PAUSED,
        seen=(Actor.OTHER_SEEKER,),
    ),
    # There is a page to write on only after somebody fits; journeys look at it.
    "letter_write": Row(get=EVERYBODY, leads=TO_PAUSED, seen=False),
    "letter_send": Row(post=EVERYBODY, unmet=422),
    "letter_read": Row(get=EVERYBODY),
    "letter_find": Row(post=EVERYBODY, unmet=422),
    "letter_reply": Row(post=ONLY_SEEKER, args=LETTER, unmet=422),
    "letter_take_back": Row(post=ONLY_SEEKER, args=LETTER),
    "letter_report": Row(get=PARTIES, post=PARTIES, args=LETTER, body={"reason": "insult"}),
    "letter_report_part": Row(get=PARTIES, args=LETTER, seen=False),
    "appointment": Row(get=EVERYBODY, seen=(Actor.OTHER_SEEKER, SEEKER)),
    "appointment_ask": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        body={"zone": "UTC", "language": "en", "day_1": "{soon day}", "time_1": "03:00"},
        leads=TO_PAUSED,
        seen=(Actor.OTHER_SEEKER,),
    ),
    "appointment_call_off": Row(post=EVERYBODY),
    "appointment_new_link": Row(post=EVERYBODY),
    "appointment_link": Row(get=EVERYBODY, args={"secret": "appointment secret"}, seen=False),
    "appointment_open": Row(get=EVERYBODY, post=EVERYBODY),
    "appointment_here": Row(post=EVERYBODY),
    "appointment_still_here": Row(post=EVERYBODY),
    "appointment_wait": Row(post=EVERYBODY),
    "appointments": for_volunteers(get=True),
    "appointments_zone": for_volunteers(post=True, body={"zone": "Europe/Berlin"}),
    "appointment_take": for_volunteers(
        post=True, args=APPOINTMENT, body={"at": "{appointment at}"}
    ),
    "appointment_give_back": for_volunteers(post=True, args=APPOINTMENT),
    "appointment_come": for_volunteers(post=True, args=APPOINTMENT),
    "appointment_come_still": for_volunteers(post=True, args=APPOINTMENT),
    "letters": for_volunteers_or_resting(get=True),
    "letter_here": for_volunteers_or_resting(get=ONLY_VOLUNTEER, args=LETTER),
    "letter_take": for_volunteers(post=ONLY_JOINED, args={"room_id": "open letter"}),
    "letter_give_back": for_volunteers_or_resting(post=ONLY_VOLUNTEER, args=LETTER),
    "letter_answer": for_volunteers_or_resting(post=ONLY_VOLUNTEER, args=LETTER, unmet=422),
}

ROWS: dict[str, Row] = {
    **SEEKING,
    **TALK,
    **HELD,
    **VOLUNTEERING,
    **DEBRIEFS,
    **LETTERS,
    **COMING_BACK,
    **PUBLIC,
    **SIGNING_IN,
    **DESK,
    **RULES_PAGES,
    **PLANS,
    **ACCOUNT,
    **POWER,
    **DEMO,
}
"""Name of the address → who may."""
