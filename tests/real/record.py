"""A record whose portals are signed in to with a real browser, seen through the program's own commands."""

import json
import os
import subprocess
import sys
import time

import oracle
from hospital import NAME

UNREACHABLE = 4
REFUSED = 5
IN_USE = 7


class Record(oracle.Record):
    def __init__(self, tools, person):
        self.folder = os.path.join(tools.folder, person)
        os.makedirs(self.folder)
        super().__init__(self.folder)
        self.tools = tools
        self.make()

    def connect(self, base, person):
        """Signs in, and tells what the browser saw."""
        code, said, seen = self.attempt(base, person)
        if code != 0:
            sys.exit(f"connect failed: {said} {seen}")
        return seen

    def attempt(self, base, person, button="Continue"):
        """How the program ended, what it said, and what the browser saw."""
        log = os.path.join(self.folder, f"browser-{time.monotonic_ns()}.json")
        words = ["node", os.path.join(self.tools.node, "browser.mjs"), self.tools.browser, person, button, log]
        command = [oracle.binary("wellkept"), "--home", self.home, "--passphrase-file", self.passphrase, "connect", base]
        command += ["--browser", " ".join(words), "--name", NAME]
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        until = time.monotonic() + 90
        while not os.path.exists(log) and time.monotonic() < until:
            time.sleep(0.1)
        seen = read(log)
        if "error" in seen:
            program.terminate()
        said = program.communicate(timeout=60)[0].decode()
        return program.returncode, said, seen

    def sync(self, *words):
        done = self.run("--json", "sync", *words, check=False)
        if not done.stdout:
            sys.exit(f"sync ended with {done.returncode}: {done.stderr.decode()}")
        return json.loads(done.stdout)["portals"][0] | {"exit": done.returncode}

    def sync_twice_at_once(self):
        command = [oracle.binary("wellkept"), "--home", self.home, "--kit-file", self.kit, "sync"]
        both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
        return sorted(one.wait(120) for one in both)

    def raw(self, name):
        return self.run("show", "--raw", name, fast=True, check=False).stdout

    def lines(self):
        """What the timeline and the list of other entries show, by name, but for what is new to whom."""
        screens = [self.json(name, fast=True) for name in ("timeline", "other")]
        lines = [line for screen in screens for group in screen["groups"] for line in group["lines"]]
        return {line["reference"]: {**line, "unread": None} for line in lines}

    def portal(self):
        return self.json("portals", fast=True)[0]


def read(log):
    if not os.path.exists(log):
        return {"error": "the browser did not end"}
    with open(log, encoding="utf-8") as file:
        return json.load(file)
