"""Wait until the product answers, then ask it for some pages and for a static file that they name.

visit.py http://127.0.0.1:8000 PROCESS /path ...
"""

import os
import re
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 300  # seconds: the installation is part of it


def get(url):
    """Return the body of an answer; raises HTTPError for any but a good one."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  # the address is our own
        return answer.read().decode()


def wait(url, process):
    """Return when the product answers; stop where it has ended or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return get(url)
        except urllib.error.HTTPError as error:
            sys.exit(f"{url}: {error}")
        except OSError:
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                sys.exit("It ended before it answered.")
        time.sleep(0.2)
    sys.exit(f"{url} did not answer within {PATIENCE} s.")


def main(base, process, *paths):
    """Visit each address; the first one's style sheet too."""
    page = wait(f"{base}{paths[0]}", int(process))
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page)
    if not sheet:
        sys.exit(f"{paths[0]} names no style sheet.")
    for path in (*paths, sheet[1]):
        print(f"{path}: {len(get(base + path))} characters")


if __name__ == "__main__":
    main(*sys.argv[1:])
