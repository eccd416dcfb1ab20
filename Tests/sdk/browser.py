"""A real browser, and the chat page in it as a person sees it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

WAIT_LIMIT = 20.0


def _program(*names: str) -> str:
    found = next((path for path in map(shutil.which, names) if path), None)
    assert found, f"none of {', '.join(names)} is installed: run `scripts/setup.sh test`"
    return found


@contextmanager
def running_browser(directory: Path) -> Iterator[Chrome]:
    """A browser without a window, which finds no host but this one."""
    options = ChromeOptions()
    options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
    for argument in (
        "--headless=new",
        # Its sandbox wants rights that containers do not give; it opens nothing but the page under test.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--window-size=1200,800",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={directory}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # With a named driver, Selenium looks for none in the network.
    driver = Chrome(options=options, service=Service(_program("chromedriver")))
    try:
        driver.set_script_timeout(WAIT_LIMIT)
        yield driver
    finally:
        driver.quit()


@dataclass
class ChatPage:
    """The chat page of one gateway, newly opened."""

    driver: Chrome
    url: str

    def open(self) -> None:
        self.driver.get("about:blank")
        self.console()
        self.requests()
        self.driver.get(self.url)
        self.wait(lambda: self.one("#models-note").get_attribute("textContent"))

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition: Any) -> Any:
        return WebDriverWait(self.driver, WAIT_LIMIT, poll_frequency=0.02).until(lambda _: condition())

    def choose(self, wire_format: str, model: str) -> None:
        Select(self.one("#format")).select_by_value(wire_format)
        self.type("#model", model, Keys.ESCAPE)

    def type(self, selector: str, *text: str) -> None:
        field = self.one(selector)
        field.clear()
        field.send_keys(*text)

    def send(self, text: str) -> None:
        """Sends a message by the keyboard, and waits for the place of its answer."""
        count = len(self.all(".answer"))
        self.type("#question", text, Keys.ENTER)
        self.wait(lambda: len(self.all(".answer")) > count)

    def wait_for_answer(self) -> WebElement:
        """The last answer, once it is whole, broken or stopped."""
        self.wait(lambda: self.all(".answer") and not self.all(".answer.busy"))
        return self.all(".answer")[-1]

    def ask(self, text: str) -> str:
        """The text that answers a message."""
        self.send(text)
        return self.text_of(self.wait_for_answer())

    @staticmethod
    def text_of(answer: WebElement) -> str:
        return answer.find_element(By.CSS_SELECTOR, ":scope > .text").text

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs the body of an asynchronous function in the page and returns what that returns."""
        wrapped = f"""
            const [given, done] = [[...arguments].slice(0, -1), [...arguments].at(-1)];
            (async (...given) => {{ {script} }})(...given).then(
                (value) => done({{ value }}),
                (error) => done({{ error: String(error.stack ?? error) }}),
            );
        """
        result = self.driver.execute_async_script(wrapped, *arguments)
        assert "error" not in result, result["error"]
        return result.get("value")

    def console(self) -> list[str]:
        """What the browser has complained of since this was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[dict[str, Any]]:
        """The requests that the page has made since this was last asked."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [event["params"]["request"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [request for request in sent if urlsplit(request["url"]).scheme not in ("data", "chrome", "about")]
