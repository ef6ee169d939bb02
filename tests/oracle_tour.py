#!/usr/bin/env python3
"""What the README shows is what the program prints: each block of its tour is looked for, line by line, in a run of the demo.

Moments, the recovery kit, digests and names made by chance differ from run to run; everything else must be the same.

Usage: tests/oracle_tour.py
Needs target/release/wellkept: cargo build --release -p cli
"""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PROGRAM = os.path.join(ROOT, "target", "release", "wellkept")
# A line of its own in a block: what the demo prints up to the next line that is shown is left out.
GAP = "..."
CHANGES = (
    (r"^  (~|/\S*)/(\.wellkept|wellkept-demo-[^/]*)/", "  HOME/"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "MOMENT"),
    (r"\d{1,2} \w+ \d{4} [\d:]{8} \(UTC\)", "MOMENT"),
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
    (r"\d{1,2} \w+ \d{4} \d\d:\d\d \([-+]\d\d:\d\d\)", "MOMENT"),
    (r"\b[0-9a-f]{12}\b", "NAME"),
    (r"(\d+)\. [a-z]+ *", r"\1. WORD "),
    (r"\d+ statements", "N statements"),
)


def main():
    if not os.access(PROGRAM, os.X_OK):
        sys.exit("wellkept is not built: cargo build --release -p cli")
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        blocks = commands(tour(file.read()))
    printed = run_of_the_demo()
    missing = [told for told in blocks if not shown(told, printed)]
    for command, *lines in missing:
        print(f"FAILED: the demo does not print this of the README:\n  {command}")
        print("\n".join(f"  | {line}" for line in lines))
    print(f"{len(blocks) - len(missing)} passed, {len(missing)} failed")
    return 1 if missing or len(blocks) < 8 else 0


def tour(readme):
    """The blocks of the section that is the tour."""
    section = readme.split("## A tour\n")[1].split("\n## ")[0]
    return re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def commands(blocks):
    """Each command with the lines that follow it."""
    found = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            found.append([line])
        else:
            found[-1].append(line)
    return [[plain(line) for line in one if line.strip()] for one in found]


def run_of_the_demo():
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TMPDIR": folder}
        done = subprocess.run([PROGRAM, "demo"], stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=True)
    return [plain(line) for line in done.stdout.decode().splitlines() if line.strip()]


def plain(line):
    for pattern, name in CHANGES:
        line = re.sub(pattern, name, line)
    return line.rstrip()


def shown(told, printed):
    """Whether the demo prints a command and, after it, these lines in this order; without a gap directly one after another."""
    for at in (at for at, line in enumerate(printed) if line == told[0]):
        if follows(told[1:], printed[at + 1 : following(printed, at + 1)]):
            return True
    return False


def following(printed, at):
    """Where the next command, or the next step of the demo, begins."""
    return next((later for later in range(at, len(printed)) if re.match(r"\$ |===", printed[later])), len(printed))


def follows(lines, printed):
    at, gap = 0, False
    for line in lines:
        if line == GAP:
            gap = True
            continue
        if gap:
            at = next((later for later in range(at, len(printed)) if printed[later] == line), len(printed))
        if at >= len(printed) or printed[at] != line:
            return False
        at, gap = at + 1, False
    return True


if __name__ == "__main__":
    sys.exit(main())
