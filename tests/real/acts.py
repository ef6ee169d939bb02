"""What is told of acting at the portal: a message, an appointment, a refill, and what Helios has of them afterwards."""

import base64
import json
import os
import time
import urllib.parse
import uuid

import pieces
from hospital import NAME
from record import Record
from servers import FHIR, ask

# Letters, quotes and lines that a server may get wrong.
WORDS = "Grüße, Dr. \"Who\"!\nIs 1 \\ 2 tablet <tonight> right? \U0001f48a"
SYSTEM = "urn:ietf:rfc:3986"


def go_out_once(hospital, record, tally):
    """Composed, sent with a sync, read back from Helios by id and by identifier; further syncs make nothing."""
    to, prescription = recipient(record), next(name for name in sorted(record.lines()) if name.startswith("MedicationRequest/"))
    days = [time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400 * ahead)) for ahead in (20, 25)]
    page = os.path.join(record.folder, "diary.txt")
    with open(page, "wb") as file:
        file.write("day 1: dizzy\r\nday 2: besser\n".encode())
    # A time is only asked for where a look has shown that none is free.
    none = act(record, "appointments", "find", NAME)
    tally.check(not none["times"] and none["may_ask"], f"free times before there were any: {none}")
    hospital.portal.asked()
    message = act(record, "message", "send", NAME, WORDS, "--to", to, "--subject", "Tonight", "--attach", page, "--later")
    wish = act(record, "appointments", "request", NAME, "--reason", "Check-up", "--with", to, "--from", days[0],
               "--until", days[1], "--comment", "Mornings suit", "--later")
    refill = act(record, "refill", prescription, "--note", "Only four left", "--later")
    composed = (message, wish, refill)
    tally.check([one["state"] for one in composed] == ["queued"] * 3, f"composed: {[one['state'] for one in composed]}")
    tally.check(not hospital.portal.asked(), "something was sent before it was to be")

    synced = record.sync()
    tally.check(not synced["trouble"] and len(synced["acts"]) == 3, f"acts: {synced['trouble']} {synced['acts']}")
    made = creations(hospital.portal.asked())
    tally.check([one["status"] for one in made] == [201] * 3, f"acts: {[(one['url'], one['status']) for one in made]}")
    outbox = {one["id"]: one for one in record.json("outbox", fast=True)}
    states = [outbox[one["id"]]["state"] for one in composed]
    tally.check(states == ["sent", "requested", "sent"], f"acts: the outbox says {states}")
    tally.check(all(outbox[one["id"]]["tries"] == 1 for one in composed), "acts: tried more than once")
    sent = {name(json.loads(one["sent"])): one for one in made}
    copies = [copy_of(hospital, record, outbox[one["id"]], sent, tally) for one in composed]

    letter, wished, asked = copies
    tally.check([part.get("contentString") for part in letter["payload"]] == [WORDS, None], f"a message: {letter['payload']}")
    tally.check(letter["recipient"] == [{"reference": to}], f"a message: {letter['recipient']}")
    mine = {"reference": f"Patient/{hospital.ids['josiah']}"}
    tally.check(letter["subject"] == letter["sender"] == mine, f"a message: {letter['subject']} {letter['sender']}")
    tally.check(letter["topic"]["text"] == "Tonight", f"a message: {letter['topic']}")
    tally.check((wished["status"], wished["comment"]) == ("proposed", "Mornings suit"), f"an appointment: {wished}")
    with_whom = [one["actor"]["reference"] for one in wished["participant"]]
    tally.check(with_whom == [mine["reference"], to], f"an appointment: {with_whom}")
    period = wished["requestedPeriod"][0]
    tally.check([period["start"][:10], period["end"][:10]] == days, f"an appointment: {period}")
    tally.check((asked["focus"], asked["for"]) == ({"reference": prescription}, mine), f"a refill: {asked}")

    for words in ((), ("--full",)):
        synced = record.sync(*words)
        tally.check(not synced["trouble"] and not synced["acts"], f"a further sync: {synced['trouble']} {synced['acts']}")
    record.run("outbox", "send", fast=True)
    tally.check(not creations(hospital.portal.asked()), "a further sync sent something again")
    for one, copy in zip(composed, copies):
        there = found(hospital, copy["resourceType"], identifier(one))
        tally.check(there == [copy["id"]], f"{one['title']}: Helios has {there}")
    states = [record.json("outbox", "show", one["id"], fast=True)["state"] for one in composed]
    tally.check(states == ["sent", "requested", "sent"], f"acts: after further syncs the outbox says {states}")


def booked_and_moved(hospital, record, tally):
    """A free time is taken, moved to another and given up: each once, and each change only in the version that was seen."""
    to, days = recipient(record), [time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400 * ahead)) for ahead in (7, 8, 9)]
    hospital.helios.put({"resourceType": "Schedule", "id": "schedule-real", "actor": [{"reference": to}]})
    for number, day in enumerate(days, 1):
        hospital.helios.put({"resourceType": "Slot", "id": f"slot-real-{number}", "schedule": {"reference": "Schedule/schedule-real"},
                             "status": "free", "start": f"{day}T10:00:00Z", "end": f"{day}T10:30:00Z"})
    seen = act(record, "appointments", "find", NAME)["times"]
    tally.check([one["start"][:10] for one in seen] == days, f"free times: {[one['start'] for one in seen]}")
    hospital.portal.asked()
    booked = act(record, "appointments", "book", "1", "--reason", "Check-up")
    there = standing(hospital, booked)
    tally.check((booked["state"], there["status"], there["start"][:10]) == ("booked", "booked", days[0]), f"booked: {booked['state']} {there}")
    tally.check(there["slot"] == [{"reference": "Slot/slot-real-1"}], f"booked: {there['slot']}")
    moved = act(record, "appointments", "reschedule", booked["became"], "2")
    there = standing(hospital, booked)
    tally.check((moved["state"], there["slot"]) == ("booked", [{"reference": "Slot/slot-real-2"}]), f"moved: {moved['state']} {there}")
    tally.check(name(there) == identifier(booked)["value"], f"moved: it lost its identifier: {there['identifier']}")
    given_up = act(record, "appointments", "cancel", booked["became"], "--reason", "It is better")
    there = standing(hospital, booked)
    told = (given_up["state"], there["status"], there["cancelationReason"]["text"])
    tally.check(told == ("cancelled", "cancelled", "It is better"), f"given up: {told}")
    asked = [one for one in hospital.portal.asked() if one["method"] != "GET"]
    tally.check([(one["method"], one["status"]) for one in asked] == [("POST", 201), ("PUT", 200), ("PUT", 200)], f"moved: {asked}")
    versions = [one["match"] for one in asked[1:]]
    tally.check(all(versions) and versions[0] != versions[1], f"moved: under the conditions {versions}")
    tally.check(found(hospital, "Appointment", identifier(booked)) == [booked["became"].split("/")[1]], "moved: there more than once")

    stale = act(record, "appointments", "book", "3")
    changed = standing(hospital, stale)
    hospital.helios.put(changed | {"comment": "The clinic wrote this meanwhile"})
    refused = act(record, "appointments", "cancel", stale["became"])
    there = standing(hospital, stale)
    tally.check((refused["state"], there["status"]) == ("failed", "booked"), f"changed meanwhile: {refused['state']} {there['status']}")


def files_beside(hospital, record, tally):
    """A file that is too large for a message goes beside it in one transaction, where the server offers that."""
    page, size = os.path.join(record.folder, "scan.bin"), 1_500_000
    with open(page, "wb") as file:
        file.write(bytes(number * 7 % 251 for number in range(size)))
    statement = json.loads(hospital.helios.get("/metadata"))
    offered = "transaction" in {one["code"] for one in statement["rest"][0].get("interaction", [])}
    words = ("message", "send", NAME, "Here is the scan", "--to", recipient(record), "--attach", page)
    if not offered:
        refused = record.run(*words, fast=True, check=False)
        return tally.check(refused.returncode == 2, "a large file was not refused beforehand")
    hospital.portal.asked()
    hospital.portal.tell("options", breaks="after")
    sent = act(record, *words)
    once(hospital, record, sent, tally, "a file beside a message")
    asked = creations(hospital.portal.asked())
    tally.check([one["url"].rstrip("/") for one in asked] == ["/fhir"], f"a file beside a message: {[one['url'] for one in asked]}")
    letter = standing(hospital, record.json("outbox", "show", sent["id"], fast=True))
    document = letter["payload"][1]["contentReference"]["reference"]
    held = json.loads(hospital.helios.get(f"/{document}"))
    data = base64.b64decode(held["content"][0]["attachment"]["data"])
    with open(page, "rb") as file:
        tally.check(data == file.read(), "a file beside a message: other bytes")
    record.sync()
    tally.check(record.raw(document) == hospital.helios.get(f"/{document}"), "a file beside a message is held with other bytes")


def created_once(hospital, record, tally):
    """The judge itself creates through the gate: twice under one condition; about someone else; what is no act."""
    token, statement = access(hospital, record), json.loads(hospital.helios.get("/metadata"))
    offered = {one["type"]: one for one in statement["rest"][0]["resource"]}
    for kind in ("Appointment", "Communication", "MedicationRequest", "Task"):
        searched = {one["name"] for one in offered[kind]["searchParam"]}
        tally.check(offered[kind]["conditionalCreate"] and "identifier" in searched, f"Helios no longer says so of {kind}")
        bears = {"system": SYSTEM, "value": f"urn:uuid:judge-{kind}"}
        first, again = (create(hospital, token, judges(kind, hospital.ids["josiah"], bears), bears) for _ in range(2))
        tally.check((first.status, again.status) == (201, 200), f"{kind}: twice: {first.status} {again.status} {again.body[:200]}")
        tally.check(first.body == again.body, f"{kind}: the second answer shows something else")
        there = found(hospital, kind, bears)
        tally.check(there == [first.json().get("id")], f"{kind}: created twice, Helios has {there}")

        other = {"system": SYSTEM, "value": f"urn:uuid:other-{kind}"}
        refused = create(hospital, token, judges(kind, hospital.ids["alesha"], other), other)
        tally.check(refused.status == 403 and not found(hospital, kind, other), f"{kind}: about someone else: {refused.status}")
    own = {"resourceType": "Observation", "subject": {"reference": f"Patient/{hospital.ids['josiah']}"}}
    refused = create(hospital, token, own, None)
    tally.check(refused.status == 403, f"a patient created an Observation: {refused.status}")


def lost_answer(hospital, record, tally):
    """The connection breaks after Helios has committed: it is looked for by its identifier, and not sent again."""
    hospital.portal.asked()
    hospital.portal.tell("options", breaks="after")
    sent = act(record, "message", "send", NAME, "The answer to this is lost", "--to", recipient(record))
    asked = hospital.portal.asked()
    tally.check([one["status"] for one in creations(asked)] == [201], f"a lost answer: {creations(asked)}")
    looked = [one["url"] for one in asked if one["method"] == "GET" and "identifier=" in one["url"]]
    tally.check(len(looked) == 1, f"a lost answer: looked for by {looked}")
    once(hospital, record, sent, tally, "a lost answer")
    record.sync()
    once(hospital, record, sent, tally, "a lost answer, after a sync")
    tally.check(not creations(hospital.portal.asked()), "a lost answer: sent again")


def late_arrival(hospital, record, tally):
    """The connection breaks, and the request arrives at Helios only after it was looked for in vain."""
    hospital.portal.asked()
    hospital.portal.tell("options", breaks="before")
    hospital.late = sent = act(record, "message", "send", NAME, "This one dawdles", "--to", recipient(record))
    tally.check((sent["state"], sent["tries"]) == ("attempting", 1), f"a late arrival: {sent['state']} {sent['tries']}")
    record.sync()
    waits = record.json("outbox", "show", sent["id"], fast=True)
    tally.check(waits["state"] == "attempting", f"a late arrival: {waits['state']} before it arrived")
    tally.check(not found(hospital, "Communication", identifier(sent)), "a late arrival was not late")
    arrived = hospital.portal.tell("arrive")
    tally.check(arrived == [201], f"a late arrival: {arrived}")
    synced = record.sync()
    tally.check(synced["new"] == 1, f"a late arrival: a sync brought {synced['new']}")
    stands = record.json("outbox", "show", sent["id"], fast=True)
    tally.gap("what a sync brings in settles the act", stands["state"] == "sent", f"a late arrival: {stands['state']}")
    tally.check(len(creations(hospital.portal.asked())) == 1, "a late arrival: sent again")


def late_found(hospital, record, tally):
    """Half a minute after the try the portal is searched once more, and has it."""
    sent, stands = hospital.late, record.json("outbox", "show", hospital.late["id"], fast=True)
    time.sleep(max(0, max(sent["since"] + 31, stands["next_try"] or 0) - time.time()))
    hospital.portal.asked()
    record.sync()
    once(hospital, record, sent, tally, "a late arrival")
    tally.check(not creations(hospital.portal.asked()), "a late arrival: sent again, half a minute after")


def no_right(hospital, record, tally):
    """A portal that lists no right to act: none is asked for, the act is left to the person, and nothing gets through."""
    hospital.portal.tell("options", acts=False)
    reader = Record(hospital.tools, "josiah-reads")
    reader.connect(hospital.portal.base, "josiah")
    reader.sync()
    granted = reader.portal()["scopes"].split()
    tally.check(not [scope for scope in granted if scope.endswith((".c", ".cu"))], f"not listed, and granted: {granted}")
    hospital.portal.asked()
    left = act(reader, "message", "send", NAME, "By hand then", "--to", recipient(reader))
    tally.check(left["state"] == "by-hand" and not creations(hospital.portal.asked()), f"without a right: {left['state']}")
    bears = {"system": SYSTEM, "value": "urn:uuid:without-a-right"}
    refused = create(hospital, access(hospital, reader), judges("Communication", hospital.ids["josiah"], bears), bears)
    tally.check(refused.status == 403 and not found(hospital, "Communication", bears), f"without a right: {refused.status}")
    hospital.portal.tell("options", acts=True)


def act(record, *words):
    return record.json(*words, fast=True)


def recipient(record):
    return record.json("message", "recipients", NAME, fast=True)["people"][0]["reference"]


def standing(hospital, item):
    return json.loads(hospital.helios.get(f"/{item['became']}"))


def creations(asked):
    return [one for one in asked if one["method"] == "POST"]


def identifier(item):
    return {"system": SYSTEM, "value": uuid.UUID(item["id"]).urn}


def name(resource):
    return resource["identifier"][0]["value"]


def copy_of(hospital, record, item, sent, tally):
    """What Helios has of an act: the very resource that was sent, once, and held in the record byte for byte."""
    what, bears = item["title"], identifier(item)
    tally.check(bears["value"] in sent and item["became"], f"{what}: was not sent, or became nothing")
    body = hospital.helios.get(f"/{item['became']}")
    copy, request = json.loads(body), sent[bears["value"]]
    tally.check(bears in copy["identifier"], f"{what}: Helios has it with {copy['identifier']}")
    told = {key: value for key, value in copy.items() if key not in ("id", "meta")}
    tally.check(told == json.loads(request["sent"]), f"{what}: Helios has {told}, sent was {request['sent']}")
    condition = urllib.parse.unquote(request.get("unless", ""))
    tally.check(condition == f"identifier={SYSTEM}|{bears['value']}", f"{what}: the condition was {condition}")
    tally.check(record.raw(item["became"]) == body, f"{what}: it is held with other bytes than it has there")
    return copy


def once(hospital, record, item, tally, why):
    """It counts as sent, and Helios has it once."""
    stands = record.json("outbox", "show", item["id"], fast=True)
    tally.check((stands["state"], stands["tries"]) == ("sent", 1), f"{why}: {stands['state']}, {stands['tries']} tries")
    there = found(hospital, "Communication", identifier(item))
    tally.check([f"Communication/{one}" for one in there] == [stands["became"]], f"{why}: Helios has {there}, {stands['became']}")


def found(hospital, kind, bears):
    """The ids under which Helios has it: by a search, and by looking through everything, in case the search lies."""
    query = urllib.parse.quote(f"{bears['system']}|{bears['value']}", safe="")
    searched, _ = pieces.of_bundle(hospital.helios.get(f"/{kind}?identifier={query}"))
    listed, address = {}, f"/{kind}?_count=500"
    while address:
        page, following = pieces.of_bundle(hospital.helios.get(address))
        listed.update(page)
        address = following and following.replace(hospital.portal.base, "", 1)
    looked = {one for one, body in listed.items() if bears in json.loads(body).get("identifier", [])}
    return sorted(one.split("/")[1] for one in looked | set(searched))


def access(hospital, record):
    """The token that the record got last."""
    hospital.portal.events()
    record.sync()
    return hospital.portal.events()[-1]["access"]


def create(hospital, token, resource, bears):
    headers = {"Accept": FHIR, "Content-Type": FHIR, "Authorization": f"Bearer {token}"}
    if bears:
        headers["If-None-Exist"] = f"identifier={bears['system']}|{bears['value']}"
    return ask("POST", f"{hospital.portal.base}/{resource['resourceType']}", headers, json.dumps(resource).encode())


def judges(kind, patient, bears):
    """An act of the judge's own, as small as can be."""
    mine = {"reference": f"Patient/{patient}"}
    about = {
        "Appointment": {"status": "proposed", "participant": [{"actor": mine, "status": "accepted"}]},
        "Communication": {"status": "in-progress", "subject": mine},
        "MedicationRequest": {"status": "active", "intent": "proposal", "subject": mine},
        "Task": {"status": "requested", "intent": "proposal", "for": mine},
    }
    return {"resourceType": kind, "identifier": [bears], **about[kind]}
