"""Chromium as tests use it: where it is, how it is started, and a window that notes what the browser complains of."""

import shutil

from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED_STATUS = "Failed to load resource: the server responded with a status of"
"""The browser notes each page of an error so; pages of errors are part of what tests look at."""


def chromium() -> str:
    """The path of Debian's Chromium; browser tests fail without one, they never skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise RuntimeError("no Chromium on this machine: apt-get install chromium")
    return found


class Window:
    """One person's browser window, with cookies of its own."""

    def __init__(self, browser: Browser, url: str, width: int, *, scripts: bool, language: str) -> None:
        self.complaints: list[str] = []
        self._context = browser.new_context(
            base_url=url, viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale=language
        )
        self._context.set_default_timeout(10_000)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_STATUS):
            self.complaints.append(message.text)

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self._context.close()
