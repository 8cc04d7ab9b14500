"""What axe-core finds on a page; faults of the levels A and AA (WCAG 2.0 to 2.2) fail."""

from pathlib import Path
from typing import Any, Final

import axe_core_python
from playwright.async_api import Page

SCRIPT: Final = Path(axe_core_python.__file__).with_name("axe.min.js").read_text()
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""The rules that another colour scheme may break."""


async def faults_of(page: Page) -> list[str]:
    """Return one line for each fault: the rule, and the first place that breaks it."""
    # Evaluated, not added as a script: the pages allow no script that is not theirs.
    await page.evaluate(SCRIPT)
    return await _run(page, {"runOnly": {"type": "tag", "values": TAGS}})


async def colour_faults_of(page: Page) -> list[str]:
    """Return what is wrong with the colours of a page that was looked at before, as they are now."""
    return await _run(page, {"runOnly": {"type": "rule", "values": COLOURS}})


async def _run(page: Page, options: dict[str, Any]) -> list[str]:
    wanted = options | {"resultTypes": ["violations"]}
    found: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", wanted)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found["violations"]]
