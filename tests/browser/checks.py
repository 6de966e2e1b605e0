"""What holds on every page, whatever it shows."""

from axe_playwright_python.sync_playwright import Axe

# WCAG 2.2 at levels A and AA is the rules of all its versions so far; our own pages keep axe's good practice too.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GOOD_PRACTICE = [*WCAG, "best-practice"]
# What alone can differ between the schemes, which share their markup.
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
BETWEEN = 768  # a tablet: where tables give up first


class Witness:
    """Notes what a page complains of while it loads: console errors, breaches of its policy, files that fail."""

    def __init__(self, page):
        self.complaints = []
        page.on("console", self.note_message)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self.note_failure)
        page.on("response", self.note_answer)

    def note_message(self, message):
        # The browser reports an answer such as 404 as an error too; `note_answer` sees those, and which were meant.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def note_failure(self, request):
        # What the page itself gave up, such as a look-up that the next letter made needless, has not failed.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"not loaded: {request.url}: {request.failure}")

    def note_answer(self, response):
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status}: {response.url}")


def violations(page, standard, *, is_dark_too=True):
    """Return what axe finds, in both schemes if asked, a line each: the rule, what it asks, and where it is broken."""
    page.emulate_media(color_scheme="light")
    found = ask_axe(page, {"type": "tag", "values": standard})
    if not is_dark_too:  # a narrow page has the colours of a wide one
        return found
    page.emulate_media(color_scheme="dark")
    return found + [f"dark: {line}" for line in ask_axe(page, {"type": "rule", "values": RULES_OF_COLOUR})]


def ask_axe(page, rules):
    """Return what axe finds as the page stands."""
    # A colour on its way from one scheme to the other is no finding.
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
    results = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{found['id']}: {found['help']} ({', '.join(' '.join(node['target']) for node in found['nodes'][:5])})"
        for found in results.response["violations"]
    ]


def check(page, address, *, status=200, standard=GOOD_PRACTICE):
    """Open the page and prove it: status, no complaint, no violation in any scheme or width, no sideways scrolling."""
    witness = Witness(page)
    page.set_viewport_size(WIDE)
    answer = page.goto(address, wait_until="networkidle")
    assert answer.status == status
    # Before axe is at work, which puts a style of its own into the page.
    assert witness.complaints == []
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        found = violations(page, standard, is_dark_too=size is WIDE)
        assert not found, f"{address}, {size['width']} px: {found}"
    for width in (NARROW["width"], BETWEEN):
        page.set_viewport_size({**WIDE, "width": width})
        assert sideways(page) == 0, f"{address} scrolls sideways at {width} px"


def sideways(page):
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
