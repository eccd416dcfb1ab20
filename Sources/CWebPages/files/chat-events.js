// Server-sent events (WHATWG HTML, 9.2), read in whatever pieces the network brings.

/** Turns the text of an event stream into its events. */
export class EventStreamParser {
  #rest = "";
  // Where a line end may be for the first time, so that a long line is not searched again with each piece.
  #searched = 0;
  #endsWithCarriageReturn = false;
  #name = "";
  #data = [];

  /** Takes the next piece of the stream; returns the events that it completes, as `{name, data}`. */
  push(text) {
    const events = [];
    // CR and LF end one line together, even if a piece ended between them.
    if (this.#endsWithCarriageReturn && text !== "") {
      this.#endsWithCarriageReturn = false;
      if (text.startsWith("\n")) text = text.slice(1);
    }
    this.#rest += text;
    const lineEnd = /\r\n|\r|\n/g;
    lineEnd.lastIndex = this.#searched;
    let start = 0;
    for (let match; (match = lineEnd.exec(this.#rest)); ) {
      this.#readLine(this.#rest.slice(start, match.index), events);
      start = lineEnd.lastIndex;
      if (match[0] === "\r" && start === this.#rest.length) this.#endsWithCarriageReturn = true;
    }
    this.#rest = this.#rest.slice(start);
    this.#searched = this.#rest.length;
    return events;
  }

  #readLine(line, events) {
    if (line === "") {
      if (this.#data.length > 0) events.push({ name: this.#name || "message", data: this.#data.join("\n") });
      this.#name = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "data") this.#data.push(value);
    if (field === "event") this.#name = value;
  }
}

/** The events of a response's body, one by one. An event that the stream does not complete is none. */
export async function* eventsOf(response) {
  const reader = response.body.getReader();
  // Characters of several bytes may be cut too: the decoder keeps what it has of them.
  const decoder = new TextDecoder();
  const parser = new EventStreamParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield* parser.push(done ? decoder.decode() : decoder.decode(value, { stream: true }));
      if (done) return;
    }
  } finally {
    // Whoever stops listening also stops the request.
    reader.cancel().catch(() => {});
  }
}
