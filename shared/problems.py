"""Errors as RFC 9457 problems that name the field and the way out, in the caller's language.

The one table of what a broken rule says. English sentences are the keys of the German catalogue.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from babel import negotiate_locale
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.language import translations
from shared.mongo import is_not_now
from shared.rules import Conflict, Forbidden, Missing, NotSignedIn, RuleBroken, Stale, TooMany

PROBLEM_JSON: Final = "application/problem+json"

SENTENCES: Final[dict[str, str]] = {
    # whole requests
    "missing": "There is nothing here, or it is not yours to see.",
    "stale": "Somebody changed this meanwhile. Read it again, then send your change with the new ETag in If-Match.",
    "if_match_missing": "Send the ETag that you read in the header If-Match, so that nobody's change gets lost.",
    "if_match_malformed": "If-Match must hold the ETag exactly as it was read, a number in quotation marks.",
    "idempotency_key_reused": "This Idempotency-Key was used for other content. Choose a new one for a new request.",
    "idempotency_key_malformed": "An Idempotency-Key has 1 to 200 visible characters.",
    "taken": "This value is already in use here. Please choose another one.",
    "not_signed_in": "Please sign in: the token is missing, has expired or is not valid here.",
    "scope_missing": "This token may not do that: its scopes lack {scope}.",
    "too_many": "That was too often. Please try again in {minutes} min.",
    "forbidden": "You may not do this with your present rights.",
    "too_large": "This is too large: at most {limit} bytes are accepted.",
    "unavailable": "This part is not reachable at the moment. Nothing was lost; please try again in a moment.",
    "unexpected": "Something went wrong here that should not have. It was noted under the request number.",
    "method_not_allowed": "This cannot be done with this address.",
    "invalid": "Some fields need another look.",
    # fields
    "field_missing": "This field is required.",
    "field_unknown": "There is no such field here. Please check its spelling or leave it out.",
    "not_json": "This is not valid JSON. Please check it near the place that is named.",
    "text_too_short": "Please enter at least {min_length} characters.",
    "text_empty": "Please enter something here.",
    "text_too_long": "Please shorten this to at most {max_length} characters.",
    "list_too_long": "At most {max_length} entries are possible here.",
    "list_too_short": "At least {min_length} entries are needed here.",
    "not_a_text": "This must be a text.",
    "not_a_number": "This must be a number.",
    "not_a_whole_number": "This must be a whole number.",
    "not_a_yes_or_no": "This must be true or false.",
    "not_a_list": "This must be a list.",
    "not_an_object": "This must be an object with named fields.",
    "number_too_small": "This must be at least {ge}.",
    "number_not_above": "This must be more than {gt}.",
    "number_too_large": "This must be at most {le}.",
    "number_not_below": "This must be less than {lt}.",
    "not_one_of": "This must be one of: {expected}.",
    "not_a_day": "This must be a day such as 2027-03-15.",
    "not_a_moment": "This must be a time with its zone, such as 2027-03-15T09:00:00Z.",
    "pattern": "This does not have the expected form.",
    "value": "This value is not possible here.",
    "control_character": "This contains a character that cannot be shown. Please type the text again.",
    "not_a_postal_code": "A German postcode has five digits, such as 04109.",
    "not_an_email_address": "This is not an e-mail address. It should look like name@firma.example.",
    "not_a_web_address": "This is not a web address. It should begin with https://.",
    "not_a_likely_time": "This time is too far from today.",
    "too_deep": "This is nested too deeply.",
    "link_not_valid": "This link is not valid, or what it leads to is no longer there.",
    "still_used": "Somebody still belongs to this. Please remove those entries first.",
    "unknown_network": "There is no such network.",
    "unknown_organisation": "There is no such organisation.",
    "not_in_network": "The organisation does not belong to this network.",
    "consent_in_future": "A consent cannot be given in the future.",
    "consent_withdrawn_before_given": "A consent cannot be withdrawn before it was given.",
    "consent_twice": "Give one consent for each purpose.",
    "end_before_start": "This ends on {end}, before it starts on {start}.",
    "reason_without_dismissal": "A reason belongs to “does not fit” only.",
    "persons_without_booking": "A number of persons belongs to “booked” only.",
    "import_empty": "The file is empty. Please choose the file again.",
    "import_is_a_web_page": "This is a web page, not a JSON file. Please save the answer of the course search as JSON.",
    "import_wrong_shape": "There are no course dates here. The list _embedded.termine of the course search is missing.",
    "offer_step": "An offer cannot go from {status} to {wanted}.",
    "offer_withdrawn": "This offer was withdrawn. Please enter a new one.",
    "date_twice": "Two course dates have the same id. Leave the id of a new date out.",
    "initiative_without_price": "An initiative has no price. Leave it out, or enter a course.",
    "course_ends_by_dates": "A course ends by its dates; only an initiative has a last day.",
    "persons_max_below_min": "The most ({most}) is below the fewest ({least}).",
    "need_step": "A need cannot go from {status} to {wanted}.",
    "need_closed": "This need is closed ({status}). Please enter a new one.",
    "latest_before_earliest": "The latest start ({latest}) lies before the earliest ({earliest}).",
    "radius_without_place": "A radius needs a place. Please give a postcode or a town.",
    "day_is_past": "{day} is past. Please choose a later day.",
    "already_founded": "There is a network already. Further ones are entered by its operator.",
    "import_cut_off": "The file ends in the middle (line {line}, column {column}). Please save it again completely.",
    "import_not_json": "This is not valid JSON (line {line}, column {column}). Please use the answer as it came.",
    "record_field_missing": "This field is missing in the file.",
    "record_field_unreadable": "This field cannot be read. Please correct it in the source.",
    "record_twice": "The record {number} is in the file twice; the first one counts.",
    "record_ends_before_start": "This course date ends before it starts. Please correct it in the source.",
    "place_unknown": "We do not know where this postcode lies (it may be for PO boxes). Please add the town.",
    # tables
    "sheet_empty": "There is no table in this file. Please choose a file whose first row names the columns.",
    "sheet_old_excel": "This is an old Excel file or has a password. Please save it as .xlsx without one, or as CSV.",
    "sheet_unreadable": "This workbook is damaged or incomplete. Please save it again as .xlsx and upload that.",
    "sheet_bomb": "This workbook unpacks to far too much. Please copy the table alone into a new workbook.",
    "sheet_with_macros": "This workbook holds macros. Please save it as .xlsx without macros.",
    "sheet_unsafe": "This workbook declares XML entities. Please copy the table alone into a new workbook.",
    "sheet_binary": "This file is no text. Please upload a CSV or XLSX file.",
    "sheet_encoding": 'This text has characters in no known encoding. Please save the file as "CSV UTF-8".',
    "sheet_quote_open": "The quotation mark that opens in row {row} is never closed. Please close it.",
    "sheet_line_too_long": "A line has more than {most} characters. Please check that the file is a table.",
    "sheet_cell_too_long": "The cell in row {row}, column {column} has more than {most} characters. Please shorten it.",
    "sheet_too_many_columns": "Row {row} has more than {most} columns. Please keep the columns that matter.",
    "sheet_too_many_rows": "The table has more than {most} rows. Please divide it into several files.",
    "challenge_not_met": "Link or code is not valid here, has expired, or was used before. Please ask for a new one.",
    "too_many_roles": "A person can have at most {most} roles. Please remove some first.",
    "network_needed": "Please name at least one of your networks.",
    "not_your_network": "Only coordinators of this network may do that. Please ask them.",
    "coordinators_only": "Only coordinators of the network change this. Please ask them.",
    "role_not_yours": "You give roles in networks that you coordinate, and never an operator's. Leave this role out.",
    "own_roles": "Nobody changes their own roles. Please ask another coordinator or the operator.",
    "address_not_yours": "Only this person changes the address, in the own settings. Leave it as it is.",
    "own_matter": "Only this person or the operator decides this. Leave it out.",
    "role_needed": "Please give a role in a network that you coordinate.",
    "membership_twice": "Give one membership for each network.",
    "part_of_itself": "An organisation is no part of itself. Leave it out.",
    "people_act_there": "Somebody still acts for the organisation in this network. Please take those roles away first.",
    "coordinates_incomplete": "Coordinates need both latitude and longitude.",
    "place_missing": "Please say where it is: a postcode, a town, an address or coordinates.",
    # needs and offers
    "not_your_organisation": "You do not act for this organisation. Please choose one of yours.",
    "say_which_organisation": "Please say for which of your organisations this is.",
    "say_which_network": "Please say to which of your networks this belongs.",
    "contact_of_another": "This person does not act for the organisation. Please choose somebody who does.",
    "names_company": "The text names your company, although the need is anonymous. Please leave the name out.",
    "funding_ends": "The funding of this initiative ends on {day}.",
    "funding_ended": "The funding of this initiative ended on {day}.",
    "azav_ended": "The approval (AZAV) ended on {day}. Please enter how long the new one is valid.",
    "not_an_esco_address": "This is not the address of an ESCO concept. It should begin with http://data.europa.eu/esco/.",
    "times_reversed": "This ends at {end}, not after it starts at {start}.",
    "decide_after_start": "You want to decide by {day}, after the latest start ({latest}).",
    "initiative_without_seats": "An initiative has no seats. Leave them out, or enter a course.",
    "only_initiatives": "This belongs to initiatives only. Leave it out, or choose the kind “initiative”.",
    "land_twice": "There are two numbers for the same Land. Please give one for each.",
    "merge_into_itself": "A need cannot be merged into itself. Please choose the other one.",
    "merge_elsewhere": "These two needs are of different companies. Please merge needs of one company only.",
    # surveys and answers
    "no_question": "A survey needs at least one question.",
    "words_missing": "This text is missing in one of the survey's languages. Please add it, or take the language out.",
    "question_twice": "Two questions have the key {key}. Please choose another one.",
    "choices_missing": "Please give at least two answers to choose from.",
    "choices_not_here": "Only questions with a choice have answers to choose from. Please leave them out.",
    "choice_twice": "The value {value} is there twice. Please choose another one.",
    "scale_bounds": "A scale needs a lowest and a highest step, at most {steps} in all.",
    "bounds_reversed": "The most is below the least. Please exchange them.",
    "condition_unknown": "There is no earlier question {key} on which this one can depend.",
    "condition_value": "The question it depends on has no answer {value}. Please choose one of its answers.",
    "fills_kind": "A question of this kind cannot fill {wanted}. Please choose another field or kind.",
    "fills_twice": "Another question fills {wanted} already. Please choose another field.",
    "fills_elsewhere": "{wanted} belongs elsewhere: titles are asked for each need, about the company once.",
    "fills_one": "Only one answer can become {wanted}. Please allow one choice, or choose another field.",
    "fills_value": "The value {value} cannot become {wanted}. Please use the values that the field knows.",
    "fills_without_title": "Needs follow only if a question asks what is to be learnt (need.title). Please add it.",
    "survey_never_open": "This survey was never open. A draft can be deleted instead.",
    "survey_was_open": "This survey was open, so answers may refer to it. Please close it instead.",
    "survey_closed": "This survey is closed. Please ask the network's coordination whether there is a new one.",
    "survey_not_yet_open": "This survey is not open yet. Please come back later.",
    "edition_unknown": "This version of the survey does not exist. Please load the page again.",
    "form_too_fast": "That was very quick. Please look at your entries once more and send them again in a moment.",
    "form_too_old": "The page was open for a long time. Please check your entries and send them once more.",
    "answer_missing": "Please answer this question.",
    "one_line_only": "Please write this on one line.",
    "not_a_choice": "Please choose one of the answers given.",
    "one_choice_only": "Please choose one answer only.",
    "not_a_place": "Please give a postcode or a town.",
    # needs and offers
    "not_a_box": "This is no part of a map. Give west, south, east and north in degrees, such as 11.8,51.2,12.6,51.5.",
    "expires_too_late": "A token lives a year at most. Please choose a day until {day}.",
    "too_many_tokens": "You have {most} tokens already. Please revoke one that is no longer needed.",
    "last_operator": "You are the only operator. Please make somebody else an operator first.",
    "register_after_end": "The registration ends on {day}, after the course itself on {end}.",
    "import_too_long": "At most {most} rows come in at once. Please split the file.",
    "mapping_unreadable": "The mapping must be a JSON object of headings and fields.",
    "mapping_unknown": "The mapping names a heading or field that is not there. The fields are: {fields}.",
    "mapping_twice": "Two headings go into the same field. Please choose one.",
    "organisation_not_here": "There is no organisation “{name}” in this network. Please import organisations first.",
    "organisation_ambiguous": "Several organisations are called “{name}”. Please give the id instead.",
    # visits and assessments
    "visit_without_company": "Please say which company was visited: its entry, or at least its name.",
    "visit_company_twice": "Give either the company's entry or its name, not both.",
    "visit_in_future": "{day} has not come yet. Please give the day of the visit.",
    "visit_stays_in_network": "A visit stays in its network. Please note it there anew.",
    "assessment_in_future": "{day} has not come yet. Please give the day of the assessment.",
    "assessment_without_source": "Please say whose view this is, such as the name of the agency.",
    "assessment_stays_in_network": "An assessment stays in its network. Please enter it there anew.",
    # files that are brought
    "cell_no_number": '"{value}" is no number. Please write digits alone, such as 12 or 1250.50.',
    "cell_no_day": '"{value}" is no day. Please write it as 01.03.2027 or 2027-03-01.',
    "cell_no_yes": '"{value}" is neither yes nor no. Please write ja or nein.',
    "cell_no_land": '"{value}" names no Land and number. Please write them as ST: 2026-123.',
    "cell_no_choice": '"{value}" is not known here. Possible are: {choices}.',
    "row_too_wide": "This row goes beyond the {columns} columns with headings. Please give each column a heading.",
    "number_twice": "The number {number} came earlier in this file. Rows of the same offer must stand together.",
    "number_unknown": "No offer with this number is known here. Please bring the offer itself first.",
    "line_not_json": "This line is no JSON object. Please use the file as it was exported.",
    "jsonld_not_json": "This is not valid JSON. Please use the document as it came.",
    "jsonld_without_courses": "There is no schema.org Course in this document. Please choose one that holds courses.",
    "openqcat_not_xml": "This is not valid XML (line {line}, column {column}). Please use the catalogue as it came.",
    "openqcat_unsafe": "This XML declares a document type. Please export the catalogue again without one.",
    "openqcat_wrong_root": "This XML is no open-Q-cat catalogue: its outermost element is not OPENQCAT.",
    "openqcat_too_large": "The service at place {place} holds far more than a course. Please check the catalogue.",
    "import_started": "This import has been started; its columns cannot be changed. Bring the file again if you must.",
    "import_ended": "This import is over. Bring the file again to repeat it.",
    "import_of_offers_only": "Files of this format hold offers. Please choose offers, or bring needs as a table.",
    "import_rows_refused": "{count} rows need another look, so none was taken. Mend them or take the sound ones.",
    "mapping_length": "The mapping needs one entry for each of the {columns} columns.",
    "mapping_without_title": "Please say which column holds the title.",
    "too_many_imports": "{most} of your files are waiting already. Please finish or delete one of them.",
    # exported files
    "export_of_offers_only": "Only offers come as {format}. Needs come as csv, xlsx, jsonl, atom or geojson.",
    # reports and pools
    "period_backwards": "The period ends on {end}, before it begins on {start}. Please give the earlier day first.",
    "period_too_long": "Please choose a period of at most {years} years.",
    "not_poolable": "Please say first, in the open need itself, that the course may be shared with other companies.",
    # search
    "place_not_known": "We do not know this place. Please give a postcode, or the name of a larger town.",
    "cursor_not_valid": "This page of a list cannot be found. Please begin again with the first page.",
    # messages that were set aside
    "letter_of_own_topic": "This service writes {topic} itself. Please discard the message; it is published again.",
    "letter_without_content": "Its content was not kept. Please have {publisher} publish again, then discard it.",
    "letter_still_unusable": "It still cannot be used ({why}), so it is kept. Please try again after an upgrade.",
    "mail_not_in_trouble": "This mail neither failed nor is it parked, so there is nothing to take note of.",
}

_PYDANTIC: Final[dict[str, str]] = {
    "missing": "field_missing",
    "extra_forbidden": "field_unknown",
    "json_invalid": "not_json",
    "string_too_short": "text_too_short",
    "string_too_long": "text_too_long",
    "too_long": "list_too_long",
    "too_short": "list_too_short",
    "string_type": "not_a_text",
    "string_sub_type": "not_a_text",
    "string_unicode": "not_a_text",
    "int_type": "not_a_whole_number",
    "int_parsing": "not_a_whole_number",
    "int_from_float": "not_a_whole_number",
    "int_parsing_size": "value",
    "float_type": "not_a_number",
    "float_parsing": "not_a_number",
    "finite_number": "not_a_number",
    "bool_type": "not_a_yes_or_no",
    "bool_parsing": "not_a_yes_or_no",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
    "set_type": "not_a_list",
    "frozen_set_type": "not_a_list",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "greater_than_equal": "number_too_small",
    "greater_than": "number_not_above",
    "less_than_equal": "number_too_large",
    "less_than": "number_not_below",
    "enum": "not_one_of",
    "literal_error": "not_one_of",
    "date_type": "not_a_day",
    "date_parsing": "not_a_day",
    "date_from_datetime_parsing": "not_a_day",
    "date_from_datetime_inexact": "not_a_day",
    "datetime_type": "not_a_moment",
    "datetime_parsing": "not_a_moment",
    "datetime_from_date_parsing": "not_a_moment",
    "timezone_aware": "not_a_moment",
    "string_pattern_mismatch": "pattern",
}

_STATUS: Final[tuple[tuple[type[RuleBroken], int], ...]] = (
    (Missing, 404),
    (Stale, 412),
    (Conflict, 409),
    (Forbidden, 403),
    (NotSignedIn, 401),
    (TooMany, 429),
    (RuleBroken, 422),
)
_STATUS_OF_CODE: Final = {"if_match_missing": 428, "too_large": 413, "unavailable": 503, "unexpected": 500}
_HTTP: Final = {
    400: "not_json",
    404: "missing",
    405: "method_not_allowed",
    401: "not_signed_in",
    403: "forbidden",
    413: "too_large",
}


@dataclass(frozen=True)
class Fault:
    """One field that needs another look."""

    field: str
    code: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """An answer that says what is wrong, where, and what to do."""

    status: int
    code: str
    params: dict[str, Any]
    faults: tuple[Fault, ...] = ()

    def worded(self, language: str) -> dict[str, Any]:
        """Return the body of the answer in one of our languages."""
        faults = [
            {"field": fault.field, "code": fault.code, "detail": sentence(fault.code, fault.params, language)}
            for fault in self.faults
        ]
        body = {
            "type": f"urn:bedarfswerk:problem:{self.code}",
            "title": sentence(self.code, self.params, language),
            "status": self.status,
            "code": self.code,
        }
        if faults:
            body["errors"] = faults
            body["detail"] = "; ".join(f"{fault['field']}: {fault['detail']}" for fault in faults[:5])
        return body


def sentence(code: str, params: dict[str, Any], language: str) -> str:
    """Return what a code says; an unknown code is shown as it is, so that it cannot be overlooked."""
    english = SENTENCES.get(code, code)
    worded = translations(Path(__file__).parent, language).gettext(english)
    try:
        return worded.format(**params)
    except (KeyError, IndexError):
        return worded


def language_of(accepted: str | None) -> str:
    """Return the language that an Accept-Language header asks for: German unless English is wanted more."""
    wanted = [part.split(";")[0].strip() for part in (accepted or "").split(",") if part.strip()]
    return negotiate_locale([one.replace("-", "_") for one in wanted], ["de", "en"]) or "de"


def problem_of(error: Exception) -> Problem:
    """Return what to answer to whoever caused, or suffers from, an error."""
    if isinstance(error, RuleBroken):
        return _of_rule(error)
    if isinstance(error, RequestValidationError):
        faults = tuple(_fault(one) for one in error.errors()[:50])
        return Problem(422, "invalid", {}, faults)
    if isinstance(error, HTTPException):
        return Problem(error.status_code, _HTTP.get(error.status_code, "invalid"), {})
    if is_not_now(error):
        return Problem(503, "unavailable", {})
    return Problem(500, "unexpected", {})


def _of_rule(error: RuleBroken) -> Problem:
    status = _STATUS_OF_CODE.get(error.code) or next(s for kind, s in _STATUS if isinstance(error, kind))
    if error.field is None:
        return Problem(status, error.code, dict(error.params))
    fault = Fault(error.field, error.code, dict(error.params))
    code = "invalid" if status == 422 else error.code  # noqa: PLR2004 - unprocessable
    return Problem(status, code, dict(error.params), (fault,))


def _fault(error: dict[str, Any]) -> Fault:
    where = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
    kind, params = error["type"], {key: value for key, value in error.get("ctx", {}).items() if key != "error"}
    if kind == "string_too_short" and params.get("min_length") == 1:
        kind = "text_empty"
    code = _PYDANTIC.get(kind, kind if kind in SENTENCES else "value")
    if kind == "json_invalid":
        where = [f"character {error['loc'][-1]}"]
    return Fault(".".join(where) or "body", code, params)
