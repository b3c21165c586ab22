"""A browser that reads pages and judges them with axe-core: it reads what to do as JSON from stdin, and prints what it
saw as a line of JSON.

It knows nothing of this project; it runs in a Python that has playwright.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAINTED = "getComputedStyle(document.body).backgroundColor"


def see(browser, task, view):
    """What one page shows in one form. Scripts of the page run where its own policy lets them."""
    context = browser.new_context(
        viewport={"width": view["width"], "height": 900}, color_scheme=view["scheme"], offline=True
    )
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    if view["media"] == "print":
        page.emulate_media(media="print", color_scheme=view["scheme"])
    page.goto(view["url"])
    page.screenshot(path=view["picture"], full_page=True)
    told = {
        "beyond": page.evaluate("document.documentElement.scrollWidth - window.innerWidth"),
        "background": page.evaluate(PAINTED),
        "navigation": page.locator("nav").is_visible(),
        "text": page.inner_text("main"),
        "said": said,
        "asked": asked,
    }
    if view["judged"]:
        page.evaluate(task["axe"])
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
        told["rules"] = len(found["passes"])
        told["violations"] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
    context.close()
    return told


def main():
    task = json.load(sys.stdin)
    task["axe"] = Path(task["axe"]).read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=task["browser"], args=["--no-sandbox"])
        seen = [see(browser, task, view) for view in task["views"]]
        browser.close()
    json.dump(seen, sys.stdout)


main()
