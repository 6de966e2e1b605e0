"""Read what the runs of the suite report (JUnit's XML): count it, and prove that no test was passed over.

tally.py count FILE            print how many passed and how many failed
tally.py compare SQLITE PGSQL  fail where a test did not run in the full run, or the two runs hold different tests
"""

import sys
from pathlib import Path
from xml.etree import ElementTree


def outcomes(path):
    """Return {test: (outcome, reason)} of a report; none where the run ended before it wrote one."""
    if not Path(path).is_file():
        return {}
    found = {}
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314  # our own file
        outcome, reason = "passed", ""
        for kind in ("failure", "error", "skipped"):
            if (note := case.find(kind)) is not None:
                outcome, reason = kind, note.get("message") or ""
        found[f"{case.get('classname')}::{case.get('name')}"] = outcome, reason
    return found


def count(path):
    """Print how many passed and how many failed."""
    kinds = [outcome for outcome, _reason in outcomes(path).values()]
    print(kinds.count("passed"), kinds.count("failure") + kinds.count("error"))


def compare(bare, full):
    """Say which tests did not run, and return whether all did.

    The bare machine may pass over what it can't run. The full one runs everything, but for what is about SQLite alone
    and has passed on the bare one.
    """
    bare, full = outcomes(bare), outcomes(full)
    problems = [f"collected once only: {test}" for test in sorted(bare.keys() ^ full.keys())]
    for test, (outcome, reason) in full.items():
        if outcome == "skipped" and bare.get(test, ("", ""))[0] != "passed":
            problems.append(f"never run: {test}: {reason}")
    for test, (outcome, reason) in bare.items():
        if outcome == "skipped" and not reason:
            problems.append(f"passed over without a reason: {test}")
    if not full:
        problems.append("the suite is empty.")
    print("\n".join(problems) or f"{len(full)} tests, each run on at least one of the two databases.")
    skipped = [f"  {reason}" for outcome, reason in bare.values() if outcome == "skipped"]
    for reason in sorted(set(skipped)):
        print(f"without browser and PostgreSQL, {skipped.count(reason)} not run:{reason}")
    return not problems


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    if command == "count":
        count(*paths)
    else:
        sys.exit(0 if compare(*paths) else 1)
