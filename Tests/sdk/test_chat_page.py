"""The chat page in a real browser: what it loads, asks, shows, keeps and forgets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from browser import ChatPage, running_browser
from martlet_process import Server, running_gateway_with, running_mock
from neutral import Reading
from provider_answers import SIGNATURE, answer
from replay_providers import gateway_model
from replay_server import ReplayServer
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

# The page's names of the formats, and where it sends requests.
PATHS = {
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "messages": "/v1/messages",
    "gemini": "/v1beta/models/mock/slow:streamGenerateContent?alt=sse",
}
WIRE_FORMATS = {
    "chat": "openai-chat",
    "responses": "openai-responses",
    "messages": "anthropic-messages",
    "gemini": "gemini",
}
CHUNK_COUNT = 24
# A model that signs, by its name.
SIGNING_MODEL = "claude-sonnet-4-5-20250929"
# Seconds for a text that is hard to read; the browser's machine may have much to do.
READING_LIMIT = 15.0


@pytest.fixture(scope="module")
def chat_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway whose provider takes its time, so that a stream is seen growing."""
    directory = tmp_path_factory.mktemp("chat")
    options = ["--chunks", str(CHUNK_COUNT), "--chunk-gap", "40", "--usage", "11:7", "--retry-after", "7"]
    with running_mock(directory / "mock", *options) as mock:
        provider = {
            "keys": [{"value": "sk-test", "models": [], "weight": 1}],
            "network_config": {"base_url": mock.url, "max_retries": 0},
            "custom_provider_config": {"base_provider_type": "openai"},
        }
        with running_gateway_with(directory / "gateway", {"mock": provider}) as gateway:
            yield gateway


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with running_browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture
def page(browser: Chrome, chat_gateway: Server) -> ChatPage:
    instance = ChatPage(browser, chat_gateway.url)
    instance.open()
    return instance


@pytest.fixture
def replay_page(browser: Chrome, translator: Server) -> ChatPage:
    """The page of the gateway whose provider answers as a test says."""
    instance = ChatPage(browser, translator.url)
    instance.open()
    return instance


def reading(text: str, reasoning: str = "") -> Reading:
    return Reading(text, reasoning, (), "stop", 12, 5, 0, 0)


# What it loads


def test_it_loads_quietly_and_from_the_gateway_alone(page: ChatPage) -> None:
    assert page.driver.title == "Martlet"
    requests = page.requests()
    assert {request["url"] for request in requests} >= {f"{page.url}{path}" for path in ("/", "/chat.css", "/chat.js")}
    assert all(request["url"].startswith(f"{page.url}/") for request in requests)
    assert page.console() == []
    assert page.driver.switch_to.active_element.get_attribute("id") == "question"


def test_what_models_write_loads_and_runs_nothing(replay_page: ChatPage, replay: ReplayServer) -> None:
    hostile = (
        "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">\n\n"
        "![picture](http://attacker.example/p.png) [run](javascript:document.title='owned') "
        "[data](data:text/html,<script>1</script>)\n\n<iframe src='http://attacker.example'></iframe>\n\n"
        "[fine](https://example.com/a_(b)) and https://example.com/c."
    )
    replay.script("page-hostile", lambda request: answer(reading(hostile), request))
    replay_page.choose("chat", gateway_model("openai-chat", "page-hostile"))
    text = replay_page.ask("Hello")
    assert "<script>document.title = 'owned'</script><img src=x" in text
    assert replay_page.driver.title == "Martlet"
    assert not replay_page.all("#conversation :is(script, img, iframe)")
    links = [link.get_attribute("href") for link in replay_page.all(".answer .text a")]
    # Links lead elsewhere only when somebody follows them.
    assert links == [
        "http://attacker.example/p.png",
        "http://attacker.example/",
        "https://example.com/a_(b)",
        "https://example.com/c",
    ]
    assert all(request["url"].startswith(f"{replay_page.url}/") for request in replay_page.requests())
    assert replay_page.console() == []


# What it asks and shows


@pytest.mark.parametrize("wire_format", PATHS)
def test_an_answer_is_seen_growing(page: ChatPage, wire_format: str) -> None:
    page.choose(wire_format, "mock/slow")
    page.requests()
    page.send("Hello there")
    grown: list[str] = []
    while page.all(".answer.busy"):
        text = page.text_of(page.all(".answer")[-1])
        if text and text not in grown:
            grown.append(text)
    whole = page.text_of(page.wait_for_answer())
    assert len(whole.split()) == CHUNK_COUNT
    assert len(grown) > 2
    assert all(whole.startswith(part) for part in grown)
    facts = page.one(".answer .facts").text
    assert "mock/slow" in facts and "11 tokens in" in facts and "7 tokens out" in facts
    sent = [request for request in page.requests() if request["method"] == "POST"]
    assert [request["url"] for request in sent] == [page.url + PATHS[wire_format]]
    assert page.console() == []


@pytest.mark.parametrize("wire_format", PATHS)
def test_thoughts_are_apart_and_go_back_with_their_signature(
    replay_page: ChatPage, replay: ReplayServer, wire_format: str
) -> None:
    given = reading("It is **four**.", reasoning="Two and two.")
    replay.script(SIGNING_MODEL, lambda request: answer(given, request))
    before = len(replay.requests(SIGNING_MODEL))
    replay_page.choose(wire_format, gateway_model("anthropic-messages", SIGNING_MODEL))
    replay_page.one("#settings-button").click()
    Select(replay_page.one("#thinking")).select_by_value("low")
    assert replay_page.ask("What is it?") == "It is four."
    assert replay_page.one(".answer .text strong").text == "four"
    thoughts = replay_page.one(".answer details.thoughts")
    assert thoughts.get_attribute("open") is None
    assert "Two and two." in thoughts.get_attribute("textContent")
    assert replay_page.ask("Are you sure?") == "It is four."
    first, second = (request.body["messages"] for request in replay.requests(SIGNING_MODEL)[before:])
    assert [turn["role"] for turn in first] == ["user"]
    assert [turn["role"] for turn in second] == ["user", "assistant", "user"]
    thought, text = second[1]["content"]
    assert (thought["thinking"], thought["signature"]) == ("Two and two.", SIGNATURE)
    assert text["text"] == "It is **four**."
    assert replay_page.console() == []


@pytest.mark.parametrize("width", [360, 1200])
def test_only_the_conversation_scrolls(replay_page: ChatPage, replay: ReplayServer, width: int) -> None:
    wide = "a" * 300
    text = f"{wide}\n\n```\n{wide}\n```\n\n" + "\n\n".join(["One more."] * 40)
    replay.script("page-long", lambda request: answer(reading(text), request))
    replay_page.driver.set_window_size(width, 700)
    replay_page.choose("chat", gateway_model("openai-chat", "page-long"))
    replay_page.ask("Hello")
    script = """
        const page = document.documentElement, conversation = document.getElementById("scroller");
        const isAtEnd = conversation.scrollHeight - conversation.clientHeight - conversation.scrollTop < 2;
        return [
            page.scrollWidth > page.clientWidth, page.scrollHeight > page.clientHeight,
            conversation.scrollWidth > conversation.clientWidth, conversation.scrollHeight > conversation.clientHeight,
            isAtEnd,
        ];
    """
    shown = replay_page.run(script)
    replay_page.driver.set_window_size(1200, 800)
    assert shown == [False, False, False, True, True]


def test_another_format_takes_the_conversation_over(replay_page: ChatPage, replay: ReplayServer) -> None:
    replay.script("page-formats", lambda request: answer(reading("Yes.", reasoning="Well."), request))
    for wire_format in PATHS:
        replay_page.choose(wire_format, gateway_model(WIRE_FORMATS[wire_format], "page-formats"))
        assert replay_page.ask(f"In {wire_format}?") == "Yes."
    text = json.dumps(replay.requests("page-formats")[-1].body["contents"])
    assert all(f"In {wire_format}?" in text for wire_format in PATHS)
    assert text.count("Yes.") == len(PATHS) - 1


def test_a_stop_keeps_what_came_and_ends_the_request(page: ChatPage, chat_gateway: Server) -> None:
    page.choose("chat", "mock/slow")
    page.send("Hello")
    page.wait(lambda: len(page.text_of(page.all(".answer")[-1]).split()) > 2)
    page.one("#stop").click()
    stopped = page.wait_for_answer()
    assert "Stopped." in stopped.text
    assert 2 < len(page.text_of(stopped).split()) < CHUNK_COUNT
    assert page.one("#send").is_displayed() and not page.one("#stop").is_displayed()

    def find(lines: list[str]) -> bool | None:
        return any(json.loads(line)["status"] == 499 for line in lines) or None

    assert chat_gateway.output.wait_for(find, 5.0), "the gateway saw its caller leave"
    page.choose("chat", "mock/fine")
    assert page.ask("Go on")
    assert page.console() == []


@pytest.mark.parametrize("wire_format", PATHS)
def test_errors_are_worded_by_the_gateway(page: ChatPage, wire_format: str) -> None:
    page.choose(wire_format, "mock/mock-429")
    page.send("Hello")
    page.wait_for_answer()
    error = page.one(".answer [role=alert]")
    assert "429" in error.text and "req-" in error.text
    assert "limit" in error.text.lower()
    # What failed is no part of the conversation, and can be asked again.
    page.choose(wire_format, "mock/fine")
    page.one(".answer [role=alert] button").click()
    page.wait(lambda: not page.all(".answer [role=alert]"))
    assert page.text_of(page.wait_for_answer())
    assert len(page.all(".question")) == 1


@pytest.mark.parametrize("wire_format", PATHS)
@pytest.mark.parametrize("failure", ["mock-cut", "mock-error-event"])
def test_an_answer_that_breaks_off_is_no_answer(page: ChatPage, wire_format: str, failure: str) -> None:
    page.choose(wire_format, f"mock/{failure}")
    page.send("Hello")
    page.wait_for_answer()
    assert page.one(".answer [role=alert] p").text
    assert not page.all(".answer > .notes > .facts")


def test_settings_are_part_of_the_request(replay_page: ChatPage, replay: ReplayServer) -> None:
    replay.script("page-settings", lambda request: answer(reading("Yes."), request))
    replay_page.choose("messages", gateway_model("anthropic-messages", "page-settings"))
    replay_page.one("#settings-button").click()
    replay_page.type("#system", "Be brief.")
    replay_page.type("#limit", "100")
    Select(replay_page.one("#thinking")).select_by_value("low")
    replay_page.type("#key", "sk-page-secret")
    replay_page.one("#key").send_keys(Keys.ESCAPE)
    assert not replay_page.one("#settings").is_displayed()
    replay_page.requests()
    assert replay_page.ask("Hello") == "Yes."
    body = replay.requests("page-settings")[-1].body
    assert body["system"] == "Be brief."
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 2048}
    assert body["max_tokens"] == 2148
    sent = next(request for request in replay_page.requests() if request["method"] == "POST")
    fields = {name.lower(): value for name, value in sent["headers"].items()}
    assert fields["x-api-key"] == "sk-page-secret"
    kept = replay_page.run("return JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "page-settings" in kept and "sk-page-secret" not in kept
    replay_page.open()
    assert replay_page.one("#key").get_attribute("value") == ""
    assert replay_page.one("#model").get_attribute("value") == gateway_model("anthropic-messages", "page-settings")
    replay_page.run("localStorage.clear()")


def test_a_new_chat_begins_with_nothing(replay_page: ChatPage, replay: ReplayServer) -> None:
    replay.script("page-new", lambda request: answer(reading("Yes."), request))
    replay_page.choose("chat", gateway_model("openai-chat", "page-new"))
    replay_page.ask("The first")
    replay_page.one("#new-chat").click()
    assert not replay_page.all(".question, .answer")
    replay_page.ask("The second")
    assert [message["content"] for message in replay.requests("page-new")[-1].body["messages"]] == ["The second"]


def test_models_are_chosen_by_the_keyboard(page: ChatPage) -> None:
    names = page.run("return (await (await fetch('/v1/models')).json()).data.map((model) => model.id)")
    page.one("#model").click()
    page.wait(lambda: page.one("#models").is_displayed())
    assert [option.text for option in page.all("#models [role=option]")] == names
    page.type("#model", "429")
    assert [option.text for option in page.all("#models [role=option]")] == ["mock/mock-429"]
    page.one("#model").send_keys(Keys.ARROW_DOWN)
    active = page.one("#model").get_attribute("aria-activedescendant")
    assert page.one(f"#{active}").text == "mock/mock-429"
    page.one("#model").send_keys(Keys.ENTER)
    assert page.one("#model").get_attribute("value") == "mock/mock-429"
    assert not page.one("#models").is_displayed()


def test_every_control_has_a_name(page: ChatPage) -> None:
    page.one("#settings-button").click()
    controls = page.all("button, input, select, textarea")
    assert len(controls) >= 10
    assert [control.get_attribute("id") for control in controls if control.is_displayed() and not control.accessible_name] == []


# Its parts


def test_events_are_read_however_they_are_cut(page: ChatPage) -> None:
    stream = "\ufeff: remark\ndata: {\"a\":\"ä🦜\"}\n\nevent: two\rdata: 1\r\rdata:2\r\ndata: 3\r\n\r\nid: 4\n\ndata\n\ndata: cut"
    whole = [["message", '{"a":"ä🦜"}'], ["two", "1"], ["message", "2\n3"], ["message", ""]]
    script = """
        const { eventsOf } = await import("/chat-events.js");
        const bytes = new TextEncoder().encode(given[0]);
        const cuts = [];
        for (let first = 0; first <= bytes.length; first += 1) cuts.push([first, first], [first, first + 1], [first, first + 3]);
        cuts.push("each");
        const readings = new Set();
        for (const cut of cuts) {
            const pieces = cut === "each"
                ? [...bytes].map((byte) => Uint8Array.of(byte))
                : [bytes.slice(0, cut[0]), bytes.slice(cut[0], cut[1]), bytes.slice(cut[1])];
            const body = new ReadableStream({
                start(controller) {
                    for (const piece of pieces) controller.enqueue(piece);
                    controller.close();
                },
            });
            const events = [];
            for await (const event of eventsOf({ body })) events.push([event.name, event.data]);
            readings.add(JSON.stringify(events));
        }
        return [...readings];
    """
    assert [json.loads(reading) for reading in page.run(script, stream)] == [whole]


MARKDOWN = {
    "a *b* **c** ***d*** ~~e~~ `f*` _g_ h_i_j 2 * 3 * 4": "<p>a <em>b</em> <strong>c</strong> "
    "<strong><em>d</em></strong> <del>e</del> <code>f*</code> <em>g</em> h_i_j 2 * 3 * 4</p>",
    "# One #\n## Two\ntext\nmore": "<h3>One</h3><h4>Two</h4><p>text<br>more</p>",
    "- a\n  - b\n- c\n\n1. d\n2. e": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li><li>e</li></ol>",
    "3. a\n\n   b\n4. c": '<ol start="3"><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>',
    "> a\n> - b\n\n---": "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><hr>",
    "\\*a\\* <b>&amp;": "<p>*a* &lt;b&gt;&amp;amp;</p>",
    "**a [b": "<p>**a [b</p>",
    "| a | b |\n|---|--:|\n| 1 | `2` |": '<div class="table" tabindex="0"><table><thead><tr><th class="left">a</th>'
    '<th class="right">b</th></tr></thead><tbody><tr><td class="left">1</td><td class="right"><code>2</code></td>'
    "</tr></tbody></table></div>",
    "```py\nif a:\n    b()\n\n# c\n```\nd": '<figure class="code"><figcaption><span>py</span><button class="copy" '
    'type="button" aria-label="Copy the code">Copy</button></figcaption><pre tabindex="0"><code>if a:\n    b()\n\n# c'
    "</code></pre></figure><p>d</p>",
}
RENDERING = """
    const { MarkdownView } = await import("/chat-markdown.js");
    const render = (steps) => {
        const element = document.createElement("div");
        const view = new MarkdownView(element);
        for (const step of steps) view.update(step);
        return element.innerHTML;
    };
"""


@pytest.mark.parametrize("source", MARKDOWN)
def test_markdown(page: ChatPage, source: str) -> None:
    assert page.run(f"{RENDERING} return render([given[0]])", source) == MARKDOWN[source]


def test_markdown_that_grows_becomes_what_it_is_at_once(page: ChatPage) -> None:
    source = "\n\n".join(MARKDOWN).replace("3. a", "text\r\n\r\n3. a")
    script = f"""
        {RENDERING}
        const growing = [...given[0]].map((_, index, characters) => characters.slice(0, index + 1).join(""));
        return [render(growing), render([given[0]])];
    """
    grown, whole = page.run(script, source)
    assert grown == whole
    assert whole.count("<code>") >= 3


@pytest.mark.parametrize("piece", ["[", "*a ", "**a", "`a ", "> ", "- ", "![", "_", "|a", "<", "# ", "~~~", "(", " -"])
def test_no_text_takes_long(page: ChatPage, piece: str) -> None:
    """Time that grew with the square of the length would be minutes here."""
    script = f"{RENDERING} return render([given[0].repeat(given[1])]).length"
    start = time.monotonic()
    assert page.run(script, piece, 100_000 // len(piece)) > 0
    assert time.monotonic() - start < READING_LIMIT
