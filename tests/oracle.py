#!/usr/bin/env python3
"""Acceptance oracle: what a portal serves is what `wellkept` holds, byte for byte. Shares no code with the client.

For each patient bundle a sandbox portal is started, a record is made, the portal is connected through its real sign-in
pages (filled in here), everything is synced, and the portal is stopped. Then, offline, each resource that the portal
served must be in `wellkept timeline` or `wellkept other`, be found by `wellkept search <id>`, and come out of `wellkept show --raw` unchanged.

Usage: tests/oracle.py [--all] [--sample N] [--seed N] [bundle.json[.gz] ...]
       tests/oracle.py --sign-in USER PASSWORD ADDRESS     (what `wellkept connect --browser` runs)
Needs target/release/wellkept and target/release/sandbox: cargo build --release -p cli -p sandbox
"""

import argparse
import glob
import http.cookiejar
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

HERE = os.path.dirname(os.path.abspath(__file__))
BINARIES = os.path.join(HERE, "..", "target", "release")
PASSPHRASE = "seven quiet otters cross the river"
# Up to so many resources, each one is searched for and shown; of more, a sample.
WHOLE = 400
SHOWN_FAILURES = 20


def main():
    if sys.argv[1:2] == ["--sign-in"]:
        return sign_in(*sys.argv[2:])
    parser = argparse.ArgumentParser(description="Checks that what a portal serves is what wellkept holds.")
    parser.add_argument("bundles", nargs="*", help="patients' bundles; without any, those of tests/data")
    parser.add_argument("--all", action="store_true", help="search for and show every resource of large bundles too")
    parser.add_argument("--sample", type=int, default=150, help="how many resources of a large bundle")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    options = parser.parse_args()
    for name in ("wellkept", "sandbox"):
        if not os.access(binary(name), os.X_OK):
            sys.exit(f"{name} is not built: cargo build --release -p cli -p sandbox")
    tally = Tally()
    for bundle in options.bundles or patients():
        story(bundle, options, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else 0


class Tally:
    """What was checked."""

    def __init__(self, shown=SHOWN_FAILURES):
        self.passed = self.failed = 0
        self.shown = shown

    def check(self, holds, what):
        if holds:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= self.shown:
            print(f"FAILED: {what}")


def patients():
    shared = ("hospitalInformation", "practitionerInformation")
    found = sorted(glob.glob(os.path.join(HERE, "data", "*.json.gz")))
    return [path for path in found if not os.path.basename(path).startswith(shared)]


def story(bundle, options, tally):
    """One patient, from an empty folder to a record read offline."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        record = Record(folder)
        with Portal(bundle) as portal:
            record.make()
            record.connect(portal, folder)
            synced = record.json("sync")
            served = portal.served()
        for one in synced["portals"]:
            tally.check(not one["trouble"] and not one["sign_in_again"], f"sync: {one['trouble']}")
        tally.check(len(served) > 0, f"{bundle}: nothing was served")
        covered = compare(record, served, options, tally)
        tally.check(notices(record, served, options), "the oracle itself did not notice what was altered")
        verified = record.json("verify", fast=True)
        tally.check(verified["sound"], f"verify: {verified['problems']}")
    seconds = time.monotonic() - began
    print(f"{os.path.basename(bundle)}: {len(served)} served, all of them looked for in the lists, "
          f"{covered} searched for and shown, {seconds:.0f} s")


def compare(record, served, options, tally):
    # Events stand in the timeline; whoever and whatever they name stands in the list of other entries.
    screens = [record.json("timeline"), record.json("other")]
    lists = [[line["reference"] for group in screen["groups"] for line in group["lines"]] for screen in screens]
    for names in lists:
        tally.check(len(names) == len(set(names)), "something is listed twice")
    listed = sorted({name for names in lists for name in names})
    for name in served:
        tally.check(name in listed, f"{name} is not listed")
    for name in listed:
        tally.check(name in served, f"{name} is listed and was never served")
    names = sorted(served)
    if len(names) > WHOLE and not options.all:
        names = sorted(random.Random(options.seed).sample(names, options.sample))
    for name in names:
        raw = record.run("show", "--raw", name, fast=True, check=False)
        tally.check(raw.returncode == 0 and raw.stdout == served[name], f"{name} is shown with other bytes")
        # A patient's id stands in nearly everything of theirs, so that the type has to be named too.
        words = [name.replace("/", " ")] if name.startswith("Patient/") else [name.split("/", 1)[1]]
        hits = record.json("search", "--limit", "200", *words, fast=True)
        found = [hit["line"]["reference"] for hit in hits if hit["line"]]
        tally.check(name in found, f"{name} is not found by its id")
    return len(names)


def notices(record, served, options):
    """Whether a changed byte, a resource too many and one too few would each have been a failure."""
    name, other = sorted(served)[:2]
    altered = {name: served[name].replace(b"e", b"a", 1), other: served[other], "Observation/never-served": b"{}"}
    found = Tally(shown=0)
    compare(record, altered, options, found)
    too_few, changed, too_many = len(served) - 2, 1, 3
    return found.failed == too_few + changed + too_many


class Record:
    """A record, seen through the program's own commands."""

    def __init__(self, folder):
        self.home = os.path.join(folder, "home")
        self.passphrase = os.path.join(folder, "passphrase")
        self.kit = os.path.join(folder, "kit")
        write(self.passphrase, PASSPHRASE + "\n")

    def make(self):
        printed = self.run("init", "--name", "Oracle").stdout.decode()
        rows = [line for line in printed.splitlines() if line.strip()[:1].isdigit() and ". " in line]
        cells = [cell.split() for row in rows for cell in row.replace(". ", ".").split()]
        numbered = dict(word.split(".", 1) for cell in cells for word in cell)
        if sorted(numbered, key=int) != [str(number) for number in range(1, 25)]:
            sys.exit(f"the kit of 24 words was not understood: {sorted(numbered)}")
        write(self.kit, " ".join(numbered[str(number)] for number in range(1, 25)))

    def connect(self, portal, folder):
        """The browser is this very script: it fills in the portal's forms."""
        browser, log = os.path.join(folder, "browser"), os.path.join(folder, "browser.log")
        words = [sys.executable, os.path.abspath(__file__), "--sign-in", portal.user, portal.password]
        write(browser, f'#!/bin/sh\nexec {shlex.join(words)} "$1" >{shlex.quote(log)} 2>&1\n')
        os.chmod(browser, 0o700)
        connected = self.run("connect", portal.base, "--browser", browser, "--name", "Oracle Hospital", check=False)
        if connected.returncode != 0:
            said = open(log).read() if os.path.exists(log) else ""
            sys.exit(f"connect failed: {connected.stderr.decode()}{said}")

    def run(self, *words, fast=False, check=True):
        """Runs a command, with the passphrase, or with the kit, which opens faster."""
        opening = ["--kit-file", self.kit] if fast else ["--passphrase-file", self.passphrase]
        command = [binary("wellkept"), "--home", self.home, *opening, *words]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
        if check and done.returncode != 0:
            sys.exit(f"wellkept {' '.join(words)} ended with {done.returncode}: {done.stderr.decode()}")
        return done

    def json(self, *words, fast=False):
        return json.loads(self.run("--json", *words, fast=fast).stdout)


class Portal:
    """A sandbox portal in a process of its own."""

    def __init__(self, bundle):
        beside = os.path.dirname(os.path.abspath(bundle))
        shared = [path for kind in ("hospital", "practitioner") for path in glob.glob(f"{beside}/{kind}Information*.json*")]
        words = [binary("sandbox"), "serve", "--patient", bundle]
        for path in shared:
            words += ["--shared", path]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.base = self.said().removeprefix("FHIR base: ")
        user = self.said().split()
        if not self.base.startswith("http://127.0.0.1:") or user[:1] != ["user"]:
            sys.exit(f"the sandbox did not start: {self.base} {user}")
        self.user, self.password = user[1], user[3]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def said(self):
        return self.process.stdout.readline().strip()

    def served(self):
        """`Type/id` to exact bytes, of everything that the signed-in person may get."""
        address = self.base.removesuffix("/fhir") + "/_sandbox/served"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=60) as answer:
            lines = [json.loads(line) for line in answer.read().decode().splitlines()]
        return {f"{one['resourceType']}/{one['id']}": one["json"].encode() for one in lines}


class Form(HTMLParser):
    """The first form of a page: what is sent as it stands, and the buttons."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.open = False
        self.sent, self.typed, self.buttons = [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, value, kind = given.get("name"), given.get("value") or "", given.get("type") or "text"
        if tag == "form" and self.action is None:
            self.action, self.open = given.get("action", ""), True
        elif not self.open or not name:
            return
        elif tag == "button":
            self.buttons.append((name, value))
        elif tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in given:
                self.sent.append((name, value))
        elif tag == "input" and kind == "hidden":
            self.sent.append((name, value))
        elif tag == "input":
            self.typed[name] = kind

    def handle_endtag(self, tag):
        self.open = self.open and tag != "form"


class Stay(urllib.request.HTTPRedirectHandler):
    """Hands redirects back instead of following them."""

    def redirect_request(self, *_):
        return None


def sign_in(user, password, address):
    """Signs in as a person with a browser does, and follows to where the app listens."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(Stay, jar, urllib.request.ProxyHandler({}))
    portal, body = urllib.parse.urlsplit(address).netloc, None
    for _ in range(12):
        try:
            answer = opener.open(address, data=body, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        page, body = answer.read().decode(), None
        if answer.headers.get("Location"):
            address = urllib.parse.urljoin(address, answer.headers["Location"])
            continue
        if urllib.parse.urlsplit(address).netloc != portal:
            return 0 if answer.status == 200 else f"the app answered {answer.status}"
        if answer.status != 200:
            return f"the portal answered {answer.status}: {page}"
        form = Form(page)
        fields = form.sent + [(name, password if kind == "password" else user) for name, kind in form.typed.items()]
        fields += [button for button in form.buttons if button[1] == "allow"]
        address, body = urllib.parse.urljoin(address, form.action or ""), urllib.parse.urlencode(fields).encode()
    return "too many pages"


def binary(name):
    return os.path.join(BINARIES, name)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
