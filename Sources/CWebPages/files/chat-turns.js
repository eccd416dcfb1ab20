// One question and its answer, as they are seen.

import { copyButton, element } from "./chat-elements.js";
import { remarkOn } from "./chat-formats.js";
import { MarkdownView } from "./chat-markdown.js";

export class ExchangeView {
  #question;
  #article;
  #thoughts;
  #thoughtsView;
  #text = element("div", "text");
  #textView = new MarkdownView(this.#text);
  #notes = element("div", "notes");

  /** Puts a question, and room for its answer, behind what `container` has. */
  constructor(container, question) {
    this.#question = element("article", "question", element("h2", "outside", "You"), element("p", "", question));
    this.#article = element("article", "answer busy", element("h2", "outside", "Answer"), this.#text, this.#notes);
    this.#article.ariaBusy = "true";
    container.append(this.#question, this.#article);
  }

  /** Shows what has come so far. */
  show(answer) {
    if (answer.thoughts !== "") {
      this.#thoughtsView ??= this.#addThoughts();
      this.#thoughtsView.update(answer.thoughts);
    }
    if (answer.text !== "") {
      this.#textView.update(answer.text);
      if (this.#thoughts) this.#thoughts.firstChild.textContent = "Thoughts";
    }
  }

  /** Nothing more comes. `facts` are short texts on the answer, `losses` what its translation could not say. */
  end(answer, { facts, losses, isStopped }) {
    this.#rest();
    if (this.#thoughts) this.#thoughts.firstChild.textContent = "Thoughts";
    const remark = isStopped ? "Stopped." : remarkOn(answer.finish);
    if (remark) this.#notes.append(element("p", "remark", remark));
    if (answer.text === "" && !isStopped && !remark) {
      this.#notes.append(element("p", "remark", "The answer has no text."));
    }
    if (losses.length > 0) this.#notes.append(lossList(losses));
    const line = element("p", "facts", ...facts.map((fact) => element("span", "", fact)));
    if (answer.text !== "") line.prepend(copyButton("Copy the answer", () => answer.text));
    this.#notes.append(line);
  }

  /** Something went wrong; the question can be asked again. */
  fail(error, onRetry) {
    this.#rest();
    const retry = element("button", "", "Try again");
    retry.type = "button";
    retry.addEventListener("click", onRetry);
    const details = error.details ?? [];
    const box = element("div", "error", element("p", "", error.message));
    box.role = "alert";
    if (details.length > 0) box.append(element("p", "facts", ...details.map((detail) => element("span", "", `${detail}`))));
    box.append(retry);
    this.#notes.append(box);
  }

  remove() {
    this.#question.remove();
    this.#article.remove();
  }

  #rest() {
    this.#article.classList.remove("busy");
    this.#article.ariaBusy = "false";
  }

  #addThoughts() {
    const contents = element("div", "text");
    this.#thoughts = element("details", "thoughts", element("summary", "", "Thinking"), contents);
    this.#text.before(this.#thoughts);
    return new MarkdownView(contents);
  }
}

function lossList(losses) {
  const count = losses.length === 1 ? "One thing" : `${losses.length} things`;
  return element(
    "details",
    "losses",
    element("summary", "", `${count} could not be said in the provider's format`),
    element("ul", "", ...losses.map((loss) => element("li", "", loss))),
  );
}

/** The entries of a header field `x-martlet-loss`, in words. */
export function lossesIn(field) {
  const entry = /"((?:[^"\\]|\\.)*)";effect=(\w+);element="((?:[^"\\]|\\.)*)"/g;
  return [...(field ?? "").matchAll(entry)].map(([, path, effect, name]) => `${name}: ${effect} (${path})`);
}

/** What a finished answer took, in short texts. */
export function factsOf(answer, { model, format, firstAt, seconds }) {
  const facts = [model, format];
  if (firstAt !== undefined) facts.push(`first word after ${duration(firstAt)}`);
  facts.push(duration(seconds));
  const { input, output, thoughts } = answer.usage;
  if (input !== undefined) facts.push(`${input} tokens in`);
  if (output !== undefined) facts.push(`${output} tokens out`);
  if (thoughts) facts.push(`${thoughts} tokens of thoughts`);
  return facts;
}

function duration(seconds) {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}
