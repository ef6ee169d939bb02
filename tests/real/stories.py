"""What is told: each story asks the program to do something, and the servers and the record what came of it."""

import base64
import json
import os
import shutil
import time

import pieces
from hospital import NAME
from record import IN_USE, REFUSED, UNREACHABLE, Record
from servers import Helios, Keycloak, Portal, free_port

VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def everything(hospital, person, tally):
    """From an empty folder to a record that holds what the hospital has, byte for byte."""
    record = Record(hospital.tools, person)
    seen = record.connect(hospital.portal.base, person)
    pages = [path.split("/")[1] for path in seen["seen"]]
    tally.check(pages == ["interaction", "interaction", "callback"], f"{person}: the browser saw {seen}")
    tally.check("You can close this window" in seen.get("words", ""), f"{person}: the browser ended with {seen}")
    granted = record.portal()["scopes"].split()
    tally.check("offline_access" in granted, f"{person}: granted: {granted}")
    synced = record.sync()
    tally.check(not synced["trouble"] and not synced["sign_in_again"], f"{person}: {synced['trouble']}")
    for slot in synced["slots"]:
        tally.check("ok" in slot["outcome"], f"{person}: {slot['what']}: {slot['outcome']}")
    asked = hospital.portal.asked()
    refused = [one for one in asked if one["status"] >= 400]
    tally.check(not refused, f"{person}: refused: {refused[:5]}")
    tally.check(any("_cursor=" in one["url"] for one in asked), f"{person}: no second page was asked for")

    bundled, has, lines = hospital.everything(person), hospital.has(person), record.lines()
    for name, body in bundled.items():
        tally.check(body == has[name], f"{name} differs between a bundle and a read by id")
    held = compare(record, has, lines, tally)
    verified = record.json("verify", fast=True)
    tally.check(verified["sound"], f"verify: {verified['problems']}")
    missing = sorted(set(has) - held)
    tally.not_fetched("behind the gate", map(hospital.kind, missing))
    print(f"  {person}: {len(has)} at the hospital, {len(held)} held and compared byte for byte ({len(lines)} in the lists), "
          f"{len(missing)} not fetched, {len(asked)} requests")
    return record


def compare(record, has, lines, tally):
    """What the record holds: all that it lists, and all else that it can show. Each must be the bytes of a read by id."""
    held = set()
    for name in sorted(set(has) | set(lines)):
        shown = record.raw(name)
        if shown or name in lines:
            held.add(name)
            tally.check(name in has and shown == has[name], f"{name} is held with other bytes than it has there")
    return held


def the_judge_notices(hospital, record, tally):
    """Whether one changed byte would have been a failure."""
    name, body = sorted(hospital.has("alesha").items())[0]
    tally.check(record.raw(name) == body != body.replace(b"e", b"a", 1), "the judge does not tell bytes apart")


def another_person(hospital, record, tally):
    before, _ = record.lines(), hospital.portal.events()
    code, said, _ = record.attempt(hospital.portal.base, "josiah")
    tally.check(code == REFUSED and "person" in said, f"another person's portal: {code} {said}")
    tally.check(record.lines() == before, "something of another person was taken in")
    events = [one["event"] for one in hospital.portal.events()]
    given_back = "authorization_code" in events and "grant revoked" in events
    tally.check(given_back, f"another person's tokens were not given back: {events}")


def cancelled(hospital, record, tally):
    code, said, seen = record.attempt(hospital.portal.base, "alesha", button="Cancel")
    tally.check(code == REFUSED and "access was not allowed" in said, f"cancelled: {code} {said} {seen}")


def changes(hospital, record, tally):
    """The hospital edits, withdraws, adds, deletes and restamps; the record shows just that."""
    helios, before = hospital.helios, record.lines()
    found = hospital.everything("alesha")
    mine = [json.loads(found[name]) for name in sorted(set(found) & set(before) - set(hospital.edges))]
    result = next(one for one in mine if "valueQuantity" in one)
    result["valueQuantity"]["value"] += 1
    result["status"] = "corrected"
    mistake = next(one for one in mine if one["resourceType"] == "Condition")
    mistake["verificationStatus"] = {"coding": [{"system": VERIFICATION, "code": "entered-in-error"}]}
    mistake.pop("clinicalStatus", None)
    added = {
        "resourceType": "AllergyIntolerance", "id": "penicillin", "criticality": "high", "code": {"text": "Penicillin"},
        "patient": {"reference": f"Patient/{hospital.ids['alesha']}"},
    }
    restamped = next(one for one in mine if one["resourceType"] == "Immunization")
    gone = next(one for one in mine if one["resourceType"] == "Procedure")
    for one in (result, mistake, added, restamped):
        helios.put(one)
    deleted = helios.ask("DELETE", f"/{pieces.name(gone)}").status
    tally.check(deleted in (200, 204), f"DELETE: {deleted}")
    back = gone
    result, mistake, added, restamped, gone = map(pieces.name, (result, mistake, added, restamped, gone))

    hospital.portal.asked()
    synced = record.sync()
    lists = [one["url"] for one in hospital.portal.asked() if "?" in one["url"]]
    tally.check(lists and all("_lastUpdated=gt" in url for url in lists), f"everything was asked for again: {lists[:3]}")
    brought = sum(slot["outcome"]["ok"]["count"] for slot in synced["slots"] if "ok" in slot["outcome"])
    tally.check(brought <= 12, f"{brought} entries came for four changes (an entry may come by several searches)")
    tally.check((synced["new"], synced["changed"]) == (1, 2), f"sync: {synced['new']} new, {synced['changed']} changed")
    after = record.lines()
    tally.check(different(before, after) == {result, mistake, added}, f"a sync changed {different(before, after)}")
    tally.check(kind_of(after[result]["standing"]) == "changed", f"corrected: {after[result]['standing']}")
    tally.check(after[result]["value"] != before[result]["value"], "the corrected value is not shown")
    tally.check(kind_of(after[mistake]["standing"]) == "withdrawn", f"withdrawn: {after[mistake]['standing']}")
    tally.check(after[added]["title"] == "Penicillin", f"added: {after[added]['title']}")
    for name in (result, mistake, added):
        tally.check(record.raw(name) == helios.get(f"/{name}"), f"{name} is held with other bytes")
    tally.check(unstamped(record.raw(restamped)) == unstamped(helios.get(f"/{restamped}")), f"{restamped} changed")

    synced = record.sync("--full")
    tally.check((synced["new"], synced["changed"]) == (0, 0), f"--full: {synced['new']} new, {synced['changed']} changed")
    whole = record.lines()
    tally.check(different(after, whole) == {gone}, f"sync --full changed {different(after, whole)}")
    tally.check(whole[gone]["no_longer_returned_by"] == [NAME], "what was deleted is not told from the rest")
    record.sync()
    tally.check(record.lines() == whole, "a sync without a change changed something")

    helios.put(back)
    record.sync()
    as_before = {**after, gone: before[gone]}
    tally.check(record.lines() == as_before, f"{gone} was returned again, and is not as it was")
    record.sync("--full")
    tally.check(record.lines() == as_before, "sync --full changed what is back")


def a_file(hospital, record, tally):
    """A letter whose file lies behind a Binary: it comes with the sync, and is given out as it was put there."""
    mine, file = {"reference": f"Patient/{hospital.ids['josiah']}"}, "Gr\u00fc\u00dfe,\r\n  take it with water. \n".encode() * 40
    hospital.helios.put({
        "resourceType": "Binary", "id": "letter", "contentType": "text/plain", "securityContext": mine,
        "data": base64.b64encode(file).decode(),
    })
    hospital.helios.put({
        "resourceType": "DocumentReference", "id": "letter", "status": "current", "subject": mine,
        "content": [{"attachment": {"contentType": "text/plain", "url": "Binary/letter", "title": "Letter"}}],
    })
    synced = record.sync()
    tally.check(synced["new"] == 1 and synced["files"]["fetched"] == 1, f"a file: {synced['new']} new, {synced['files']}")
    place = os.path.join(record.folder, "letter.txt")
    record.run("documents", "save", "--to", place, "DocumentReference/letter")
    with open(place, "rb") as saved:
        tally.check(saved.read() == file, "a file is given out with other bytes than it has there")
    hits = [hit["line"] for hit in record.json("search", "water", fast=True) if hit["line"]]
    tally.check(any(line["reference"] == "DocumentReference/letter" for line in hits), "a file is not found by its words")


def failing(hospital, record, tally):
    """The gate is there, and the server behind it is not: each request is answered with 502."""
    before = record.lines()
    hospital.helios.end()
    hospital.portal.asked()
    since = time.monotonic()
    synced = record.sync()
    took = time.monotonic() - since
    asked = len(hospital.portal.asked())
    hospital.helios = hospital.start()
    tally.check(not any("ok" in slot["outcome"] for slot in synced["slots"]), f"a failing portal: {synced}")
    tally.check(synced["exit"] == UNREACHABLE and synced["trouble"], f"a failing portal: {synced['exit']} {synced['trouble']}")
    tally.check(not synced["sign_in_again"], "a failing portal is taken for one that ended the sign-in")
    tally.check(asked <= 24 and took < 60, f"every request was answered with 502: {asked} were made in {took:.0f} s")
    tally.check(record.lines() == before, "a failing portal changed what is held")
    synced = record.sync()
    tally.check(not synced["trouble"] and different(before, record.lines()) == set(), "after a failure all is not as before")


def renewal(hospital, record, tally):
    """Renewed at each run, after a 401, and once when two runs meet."""
    portal = hospital.portal
    renewed = [one for one in portal.events() if one["event"] == "refresh_token"]
    tally.check(len(renewed) >= 3, f"{len(renewed)} renewals in three runs")
    renewed.append(long_lived(portal, record))
    portal.tell("lapse", token=renewed[-1]["access"])
    portal.asked()
    synced = record.sync()
    tally.check(not synced["trouble"], f"after a token lapsed early: {synced['trouble']}")
    refused = [one["status"] for one in portal.asked() if one["status"] != 200]
    tally.check(refused and set(refused) == {401}, f"after a token lapsed early: {refused}")
    events = portal.events()
    tally.check([one["event"] for one in events] == ["refresh_token"], f"after a token lapsed early: {events}")
    used = [one["refresh"] for one in (*renewed, *events)]
    tally.check(len(set(used)) == len(used), "a refresh token was given twice")

    exits = record.sync_twice_at_once()
    events = [one["event"] for one in portal.events()]
    tally.check(exits in ([0, 0], [0, IN_USE]), f"two runs at once ended with {exits}")
    tally.check(set(events) == {"refresh_token"}, f"two runs at once: {events}")


def used_again(hospital, record, tally):
    """A used refresh token turns up again: the provider ends the grant at once, and the next request meets a 401."""
    record.sync()
    old = hospital.portal.events()[-1]["refresh"]
    long_lived(hospital.portal, record)
    replay(hospital, old, tally, 400)
    ends(hospital, record, tally, "a used refresh token that turned up again")


def stolen(hospital, record, tally):
    """Someone else uses the refresh token first: the record's own renewal is then the one that is one too many."""
    record.sync()
    replay(hospital, hospital.portal.events()[-1]["refresh"], tally, 200)
    ends(hospital, record, tally, "a refresh token that someone else used first")


def lost_answer(hospital, record, tally):
    """The answer to a renewal is lost on the way: to the provider, asking again is reuse."""
    hospital.portal.tell("options", lose=True)
    ends(hospital, record, tally, "an answer that was lost")


def long_lived(portal, record):
    """Has the record renew its access, and be given an hour where it else is given a minute."""
    portal.tell("options", lives=3600)
    record.sync()
    portal.tell("options", lives=60)
    return portal.events()[-1]


def replay(hospital, token, tally, status):
    said = hospital.portal.form("/token", grant_type="refresh_token", client_id="wellkept", refresh_token=token)
    tally.check(said.status == status, f"someone else's renewal: {said.status} {said.body}")
    tally.check(status == 200 or said.json().get("error") == "invalid_grant", f"someone else's renewal: {said.body}")


def ends(hospital, record, tally, why):
    """The sign-in is at an end: the record says so, asks no more, keeps what it has, and goes on after a new sign-in."""
    before = record.lines()
    hospital.portal.asked()
    ended = record.sync()
    events = [one["event"] for one in hospital.portal.events()]
    tally.check("grant revoked" in events, f"{why}: {events}")
    tally.check(ended["sign_in_again"] and ended["exit"] == REFUSED, f"{why}: {ended}")
    said = record.run("sync", check=False)
    tally.check(b"sign in again" in said.stdout + said.stderr, f"{why}: {said.stdout} {said.stderr}")
    asked = hospital.portal.asked()
    tally.check(len(asked) <= 12, f"{why}: it was asked {len(asked)} times after that")
    tally.check(record.lines() == before, f"{why}: what is held changed")
    record.connect(hospital.portal.base, "alesha")
    synced = record.sync()
    tally.check(not synced["trouble"] and not synced["sign_in_again"], f"{why}: signed in again: {synced['trouble']}")
    tally.check(different(before, record.lines()) == set(), f"{why}: signing in again changed what is held")


def disconnect(hospital, record, tally):
    record.sync()
    before, latest = record.lines(), hospital.portal.events()[-1]
    record.run("disconnect", NAME)
    said = [one["event"] for one in hospital.portal.events()]
    tally.check(said.count("revocation asked") == 2 and "grant revoked" in said, f"disconnect: the provider saw {said}")
    after = hospital.portal.form("/token", grant_type="refresh_token", client_id="wellkept", refresh_token=latest["refresh"])
    tally.check(after.status == 400, f"the refresh token is good after disconnect: {after.status}")
    tally.check(record.lines() == before, "disconnecting changed what is held")


def guarding_itself(hospital, tally):
    """No gate: Helios checks the provider's signed tokens and keeps the person inside their compartment by itself."""
    folder, port = os.path.join(hospital.tools.folder, "itself"), free_port()
    os.makedirs(folder)
    has, mine = hospital.has("rosalinda"), hospital.ids["rosalinda"]
    hospital.helios.end()
    shutil.copy(hospital.helios.database, folder)
    base = f"http://127.0.0.1:{port}"
    with Portal(hospital.tools, folder, base, gate=False) as portal:
        portal.tell("patients", rosalinda=mine)
        guard = {
            "HFS_AUTH_ENABLED": "true", "HFS_AUTH_AUDIENCE": base, "HFS_AUTH_ISSUER": portal.issuer,
            "HFS_AUTH_JWKS_URL": f"{portal.issuer}/jwks", "HFS_SMART_AUTHORIZE_ENDPOINT": f"{portal.issuer}/auth",
            "HFS_SMART_TOKEN_ENDPOINT": f"{portal.issuer}/token",
            "HFS_SMART_REVOCATION_ENDPOINT": f"{portal.issuer}/token/revocation",
        }
        with Helios(hospital.tools, folder, port, base, **guard) as helios:
            tally.check(helios.ask("GET", f"/Patient/{mine}").status == 401, "Helios answers without a token")
            record = Record(hospital.tools, "guarded")
            record.connect(base, "rosalinda")
            synced = record.sync()
    tally.check(not synced["trouble"], f"guarding itself: {synced['trouble']}")
    held = compare(record, has, record.lines(), tally)
    missing = [name.split("/")[0] for name in set(has) - held]
    tally.not_fetched("guarding itself", missing)
    refused = {slot["what"] for slot in synced["slots"] if "ok" not in slot["outcome"]}
    followed = {f"{kind} (referred to)" for kind in missing if kind != "Device"}
    told = {of if not part else f"{of} ({part})" for of, _, part in (what.partition("/") for what in refused)}
    tally.check(told == {"Device", "Task"} | followed, f"guarding itself: told to be refused: {told}")
    listed = {slot["what"] for slot in record.portal()["slots"] if slot["refused"]}
    tally.check(listed == refused, f"guarding itself: `sync` names {refused}, `portals` {listed}")
    print(f"  rosalinda: {len(has)} at the hospital, {len(held)} held and compared byte for byte, {len(missing)} refused")


def another_issuer(hospital, tally):
    """Keycloak signs in: its pages, its tokens, its rotation and its revocation; Helios and the gate are as before."""
    folder, port = os.path.join(hospital.tools.folder, "keycloak-portal"), free_port()
    os.makedirs(folder)
    has = hospital.has("josiah")
    hospital.helios.end()
    shutil.copy(hospital.helios.database, folder)
    hospital.helios = hospital.start()
    with Keycloak(hospital.tools, folder, hospital.ids) as keycloak, \
            Portal(hospital.tools, folder, f"http://127.0.0.1:{port}", keycloak=keycloak) as portal, \
            Helios(hospital.tools, folder, port, portal.base):
        portal.tell("patients", **hospital.ids)
        record = Record(hospital.tools, "josiah-keycloak")
        code, said, seen = record.attempt(portal.base, "josiah", button="Cancel")
        tally.check(code == REFUSED and "access was not allowed" in said, f"Keycloak: cancelled: {code} {said} {seen}")
        seen = record.connect(portal.base, "josiah")
        tally.check("You can close this window" in seen.get("words", ""), f"Keycloak: the browser ended with {seen}")
        granted = record.portal()["scopes"].split()
        tally.check({"offline_access", "patient/*.rs"} <= set(granted), f"Keycloak: granted: {granted}")
        synced = record.sync()
        tally.check(not synced["trouble"] and all("ok" in slot["outcome"] for slot in synced["slots"]),
                    f"Keycloak: {synced['trouble']}")
        held = compare(record, has, record.lines(), tally)
        tally.check(held == set(has), f"Keycloak: not fetched: {sorted(set(has) - held)[:5]}")

        record.sync()
        record.sync()
        renewed = [one["refresh"] for one in portal.events() if one["event"] == "refresh_token"]
        tally.check(len(renewed) >= 2 and len(set(renewed)) == len(renewed), f"Keycloak: {len(renewed)} renewals in three runs")
        used = portal.form("/token", grant_type="refresh_token", client_id="wellkept", refresh_token=renewed[-2])
        tally.check(used.status == 400 and used.json()["error"] == "invalid_grant", f"Keycloak: reuse: {used.status} {used.body}")
        before, ended = record.lines(), record.sync()
        tally.check(ended["sign_in_again"] and ended["exit"] == REFUSED, f"Keycloak: after a reuse: {ended['trouble']}")
        tally.check(record.lines() == before, "Keycloak: an ended sign-in changed what is held")

        record.connect(portal.base, "josiah")
        synced = record.sync()
        tally.check(not synced["trouble"], f"Keycloak: signed in again: {synced['trouble']}")
        latest = [one["refresh"] for one in portal.events() if "refresh" in one][-1]
        record.run("disconnect", NAME)
        after = portal.form("/token", grant_type="refresh_token", client_id="wellkept", refresh_token=latest)
        tally.check(after.status == 400, f"Keycloak: the refresh token is good after disconnect: {after.status}")
        tally.check(record.lines() == before, "Keycloak: disconnecting changed what is held")


def different(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def kind_of(standing):
    return standing if isinstance(standing, str) else next(iter(standing))


def unstamped(body):
    resource = json.loads(body)
    for stamp in ("versionId", "lastUpdated"):
        resource.get("meta", {}).pop(stamp, None)
    return resource
