// The chat page: reads the choices, asks the gateway, and keeps the conversation.

import { element } from "./chat-elements.js";
import { eventsOf } from "./chat-events.js";
import { AnswerError, FORMATS } from "./chat-formats.js";
import { ModelChoice } from "./chat-models.js";
import { ExchangeView, factsOf, lossesIn } from "./chat-turns.js";

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const MODELS_AGE_LIMIT = 60_000;

const isTouched = matchMedia("(hover: none) and (pointer: coarse)").matches;

/** The turns that go into the next request. */
let turns = [];
/** What stops the answer that is coming; undefined when none is. */
let running;
let modelsFetchedAt = -Infinity;

// Choices, of which the browser keeps two. It may forbid even that.

const memory = {
  read(name) {
    try {
      return localStorage.getItem(`martlet-chat-${name}`) ?? "";
    } catch {
      return "";
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(`martlet-chat-${name}`, value);
    } catch {
      // Then it is asked again next time.
    }
  },
};

const models = new ModelChoice(page.model, page.models, {
  onChange: () => memory.write("model", models.value),
  onOpen: () => {
    if (performance.now() - modelsFetchedAt > MODELS_AGE_LIMIT) fetchModels();
  },
});

function settings() {
  return {
    model: models.value,
    system: page.system.value.trim(),
    thinking: page.thinking.value,
    limit: Math.max(0, Math.trunc(Number(page.limit.value)) || 0),
  };
}

function keyFields(format) {
  const key = page.key.value.trim();
  return key === "" ? {} : format.keyField(key);
}

async function fetchModels() {
  modelsFetchedAt = performance.now();
  try {
    const response = await fetch("/v1/models", { headers: keyFields(FORMATS.chat) });
    if (!response.ok) throw await errorOf(response);
    const names = ((await response.json()).data ?? []).map((model) => model.id).filter((name) => typeof name === "string");
    models.models = names;
    if (models.value === "" && names.length > 0) models.value = names[0];
    const count = names.length === 1 ? "One model is" : `${names.length} models are`;
    page["models-note"].textContent =
      names.length > 0 ? `${count} listed; any other name can be typed.` : "No models are listed; type a name.";
  } catch (error) {
    modelsFetchedAt = -Infinity;
    page["models-note"].textContent = `The models could not be listed: ${wording(error).message}`;
  }
}

// Asking

async function ask(question) {
  const choice = settings();
  if (choice.model === "") {
    page.model.focus();
    announce("Choose a model first.");
    return false;
  }
  const format = FORMATS[page.format.value];
  const view = new ExchangeView(page.conversation, question);
  page.welcome.hidden = true;
  const stopper = new AbortController();
  setRunning(stopper);
  announce("Answering.");
  scrollToEnd();

  const exchange = { answer: new format.Answer(), started: performance.now() };
  const userTurn = { role: "user", text: question };
  const painter = new Painter(() => view.show(exchange.answer));
  try {
    await receive(exchange, format, format.request([...turns, userTurn], choice), stopper.signal, painter);
    painter.paint();
    finish(view, exchange, { choice, format, userTurn, isStopped: false });
  } catch (error) {
    painter.paint();
    if (stopper.signal.aborted) {
      if (running === stopper) finish(view, exchange, { choice, format, userTurn, isStopped: true });
    } else {
      announce("");
      view.fail(wording(error).about(exchange.requestID), () => {
        if (running) return;
        view.remove();
        ask(question);
      });
    }
  } finally {
    if (running === stopper) setRunning(undefined);
    painter.keepAtEnd();
  }
  return true;
}

/** Sends a request and reads its stream into the exchange's answer. */
async function receive(exchange, format, request, signal, painter) {
  const response = await fetch(request.path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...format.fields, ...keyFields(format) },
    body: JSON.stringify(request.body),
    signal,
  });
  exchange.requestID = response.headers.get("x-request-id");
  exchange.losses = lossesIn(response.headers.get("x-martlet-loss"));
  if (!response.ok) throw await errorOf(response);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    throw new AnswerError("The answer is no event stream.", [response.headers.get("content-type")]);
  }
  const { answer } = exchange;
  for await (const event of eventsOf(response)) {
    if (event.data === "[DONE]") {
      answer.end();
      continue;
    }
    answer.take(event.name, JSON.parse(event.data));
    if (exchange.firstAt === undefined && (answer.text !== "" || answer.thoughts !== "")) {
      exchange.firstAt = secondsSince(exchange.started);
    }
    painter.schedule();
  }
  if (!answer.isComplete) throw new AnswerError("The answer broke off before its end.");
}

/** Keeps an answer for the next request, and says what it took. */
function finish(view, exchange, { choice, format, userTurn, isStopped }) {
  const { answer } = exchange;
  const facts = factsOf(answer, {
    model: choice.model,
    format: format.name,
    firstAt: exchange.firstAt,
    seconds: secondsSince(exchange.started),
  });
  view.end(answer, { facts, losses: exchange.losses ?? [], isStopped });
  announce(isStopped ? "Stopped." : "The answer is complete.");
  if (answer.text === "") return;
  const answerTurn = { role: "assistant", text: answer.text };
  // Thoughts that were cut off have no signature, and no provider takes them back.
  if (!isStopped) Object.assign(answerTurn, { format: format.id, native: answer.native });
  turns.push(userTurn, answerTurn);
}

async function errorOf(response) {
  const text = await response.text();
  try {
    return AnswerError.from(JSON.parse(text), response.status);
  } catch {
    return new AnswerError(text.slice(0, 500) || response.statusText || "The answer is empty.", [response.status]);
  }
}

function wording(error) {
  if (error instanceof AnswerError) return error;
  if (error instanceof SyntaxError) return new AnswerError("The answer has an event that is no JSON.");
  if (error instanceof TypeError) return new AnswerError("The gateway cannot be reached, or its answer broke off.");
  return new AnswerError(String(error));
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

// What is seen

/** Shows an answer at most once for each picture of the screen, and follows its end unless the reader has left it. */
class Painter {
  #draw;
  #frame;

  constructor(draw) {
    this.#draw = draw;
  }

  schedule() {
    this.#frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const isAtEnd = isScrolledToEnd();
    this.#draw();
    if (isAtEnd) scrollToEnd();
    this.wasAtEnd = isAtEnd;
  }

  /** Follows what was added below the answer. */
  keepAtEnd() {
    if (this.wasAtEnd) scrollToEnd();
  }
}

function isScrolledToEnd() {
  const { scrollTop, clientHeight, scrollHeight } = page.scroller;
  return scrollHeight - clientHeight - scrollTop < 80;
}

function scrollToEnd() {
  page.scroller.scrollTop = page.scroller.scrollHeight;
}

function setRunning(stopper) {
  const hadFocus = [page.stop, page.send].includes(document.activeElement);
  running = stopper;
  page.send.hidden = stopper !== undefined;
  page.stop.hidden = stopper === undefined;
  page.conversation.ariaBusy = String(stopper !== undefined);
  if (hadFocus) page.question.focus();
}

function announce(text) {
  page.status.textContent = text;
}

function fitHeight(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}

function showSettings(isShown) {
  page.settings.hidden = !isShown;
  page["settings-button"].ariaExpanded = String(isShown);
}

// What the person does

async function submit() {
  const question = page.question.value.trim();
  if (question === "" || running) return;
  const draft = page.question.value;
  page.question.value = "";
  fitHeight(page.question);
  if (!(await ask(question))) {
    page.question.value = draft;
    fitHeight(page.question);
  }
}

page.composer.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
page.question.addEventListener("input", () => fitHeight(page.question));
page.question.addEventListener("keydown", (event) => {
  // Without a real keyboard, the return key is the only way to a new line.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || isTouched) return;
  event.preventDefault();
  submit();
});
page.stop.addEventListener("click", () => running?.abort());
page["settings-button"].addEventListener("click", () => {
  showSettings(page.settings.hidden);
  if (!page.settings.hidden) page.system.focus();
});
page.settings.addEventListener("submit", (event) => {
  event.preventDefault();
  showSettings(false);
  page.question.focus();
});
page["new-chat"].addEventListener("click", () => {
  const stopper = running;
  setRunning(undefined);
  stopper?.abort();
  turns = [];
  page.conversation.replaceChildren();
  page.welcome.hidden = false;
  announce("New chat.");
  page.question.focus();
});
page.format.addEventListener("change", () => memory.write("format", page.format.value));
page.key.addEventListener("change", fetchModels);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!page.settings.hidden && page.settings.contains(document.activeElement)) {
    showSettings(false);
    page["settings-button"].focus();
  } else {
    running?.abort();
  }
});

for (const format of Object.values(FORMATS)) {
  const option = element("option", "", format.name);
  option.value = format.id;
  page.format.append(option);
}
page.format.value = memory.read("format") in FORMATS ? memory.read("format") : "chat";
models.value = memory.read("model");
// A phone would cover half of the page with its keyboard.
if (!isTouched) page.question.focus();
fetchModels();
