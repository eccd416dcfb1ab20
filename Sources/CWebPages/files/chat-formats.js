// The four wire formats: what is asked, how a stream is read, and how a turn goes back into the next request.
//
// A turn is `{role, text}`; one of the assistant also has `format` and `native`, the answer in the members that its
// format has for it, with thoughts and their signatures. It goes back as it came to the same format, and as text to
// another one.

/** Tokens of an answer where the format wants a limit and none was chosen. */
const STANDARD_LIMIT = 4096;

/** Tokens for thinking, where a format counts them. */
const THINKING_BUDGETS = { low: 2048, medium: 8192, high: 16384 };

/** An error that a stream or an answer tells of. */
export class AnswerError extends Error {
  constructor(message, details = []) {
    super(message);
    this.details = details.filter((detail) => detail !== undefined && detail !== null && detail !== "");
  }

  /** Adds the request's id, which not every format has a place for. */
  about(requestID) {
    if (requestID && !this.details.includes(requestID)) this.details.push(requestID);
    return this;
  }

  /** Reads the body of an error in any format; `status` is that of HTTP. */
  static from(body, status) {
    const error = typeof body?.error === "object" && body.error !== null ? body.error : (body ?? {});
    const message =
      (typeof body?.error === "string" && body.error) || error.message || body?.message || "The answer is an error without a message.";
    const kind = [error.code, error.status, error.type].find((word) => typeof word === "string" && word !== "error");
    return new AnswerError(String(message), [status ?? undefined, kind, body?.request_id ?? error.request_id]);
  }
}

/** What is known of an answer while it comes. */
class Answer {
  text = "";
  thoughts = "";
  usage = { input: undefined, output: undefined, thoughts: undefined };
  finish = undefined;
  isComplete = false;

  /** Counts, each of which may come more than once; the last one holds. */
  count(input, output, thoughts) {
    if (Number.isFinite(input)) this.usage.input = input;
    if (Number.isFinite(output)) this.usage.output = output;
    if (Number.isFinite(thoughts)) this.usage.thoughts = thoughts;
  }
}

// OpenAI API reference, "Chat", with OpenRouter's `reasoning_details`.

class ChatAnswer extends Answer {
  #thoughts = {};
  #details = [];

  take(_, value) {
    if (value.error) throw AnswerError.from(value);
    const usage = value.usage;
    this.count(
      usage?.prompt_tokens,
      usage?.completion_tokens,
      usage?.completion_tokens_details?.reasoning_tokens,
    );
    const choice = value.choices?.[0];
    if (!choice) return;
    const delta = choice.delta ?? choice.message ?? {};
    if (typeof delta.content === "string") this.text += delta.content;
    if (typeof delta.refusal === "string") this.text += delta.refusal;
    for (const member of ["reasoning_content", "reasoning"]) {
      if (typeof delta[member] === "string") this.#thoughts[member] = (this.#thoughts[member] ?? "") + delta[member];
    }
    for (const detail of delta.reasoning_details ?? []) this.#addDetail(detail);
    this.thoughts =
      this.#thoughts.reasoning_content ??
      this.#thoughts.reasoning ??
      this.#details.map((detail) => detail.text ?? detail.summary ?? "").join("");
    if (choice.finish_reason) {
      this.finish = choice.finish_reason;
      this.isComplete = true;
    }
  }

  end() {
    this.isComplete = true;
  }

  // Pieces of one entry have its index; its texts are joined, all else is said once.
  #addDetail(detail) {
    const last = this.#details.at(-1);
    if (!last || detail.index === undefined || last.index !== detail.index || last.type !== detail.type) {
      this.#details.push({ ...detail });
      return;
    }
    for (const [name, value] of Object.entries(detail)) {
      const isText = ["text", "summary", "data"].includes(name) && typeof value === "string";
      if (isText) last[name] = (last[name] ?? "") + value;
      else if (value !== null) last[name] = value;
    }
  }

  get native() {
    const message = { role: "assistant", content: this.text, ...this.#thoughts };
    if (this.#details.length > 0) message.reasoning_details = this.#details;
    return [message];
  }
}

const chat = {
  id: "chat",
  name: "Chat",
  Answer: ChatAnswer,
  keyField: (key) => ({ Authorization: `Bearer ${key}` }),
  request(turns, settings) {
    const body = {
      model: settings.model,
      messages: history(turns, "chat", (turn) => ({ role: turn.role, content: turn.text })),
      stream: true,
      stream_options: { include_usage: true },
    };
    if (settings.system) body.messages.unshift({ role: "system", content: settings.system });
    if (settings.limit) body.max_completion_tokens = settings.limit;
    if (settings.thinking) body.reasoning_effort = settings.thinking;
    return { path: "/v1/chat/completions", body };
  },
};

// OpenAI API reference, "Responses". Nothing is stored, so thoughts come back encrypted.

class ResponsesAnswer extends Answer {
  #items = [];

  take(name, value) {
    const type = value.type ?? name;
    switch (type) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        this.text += value.delta ?? "";
        break;
      case "response.reasoning_summary_part.added":
        if (this.thoughts !== "") this.thoughts += "\n\n";
        break;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        this.thoughts += value.delta ?? "";
        break;
      case "response.output_item.done":
        if (value.item) this.#items.push(value.item);
        break;
      case "response.completed":
      case "response.incomplete":
        this.#end(value.response ?? {});
        break;
      case "response.failed":
        throw AnswerError.from({ error: value.response?.error, request_id: value.request_id });
      case "error":
        throw AnswerError.from(value.error ? value : { error: value });
    }
  }

  end() {}

  #end(response) {
    if (response.output?.length > 0) this.#items = response.output;
    const usage = response.usage;
    this.count(usage?.input_tokens, usage?.output_tokens, usage?.output_tokens_details?.reasoning_tokens);
    this.finish = response.incomplete_details?.reason;
    this.isComplete = true;
  }

  get native() {
    const items = this.#items.filter((item) => item.type !== "reasoning" || item.encrypted_content);
    return items.length > 0 ? items : [{ role: "assistant", content: this.text }];
  }
}

const responses = {
  id: "responses",
  name: "Responses",
  Answer: ResponsesAnswer,
  keyField: (key) => ({ Authorization: `Bearer ${key}` }),
  request(turns, settings) {
    const body = {
      model: settings.model,
      input: history(turns, "responses", (turn) => ({ role: turn.role, content: turn.text })),
      stream: true,
      store: false,
    };
    if (settings.system) body.instructions = settings.system;
    if (settings.limit) body.max_output_tokens = settings.limit;
    if (settings.thinking) {
      body.reasoning = { effort: settings.thinking, summary: "auto" };
      // Models that do not think refuse this.
      body.include = ["reasoning.encrypted_content"];
    }
    return { path: "/v1/responses", body };
  },
};

// Anthropic API reference, "Messages" and "Streaming Messages".

class MessagesAnswer extends Answer {
  #blocks = [];

  take(name, value) {
    switch (value.type ?? name) {
      case "message_start":
        this.#count(value.message?.usage);
        break;
      case "content_block_start":
        this.#blocks[value.index] = { ...value.content_block };
        this.text += value.content_block?.text ?? "";
        this.#think(value.content_block?.thinking ?? "", true);
        break;
      case "content_block_delta":
        this.#extend(this.#blocks[value.index], value.delta ?? {});
        break;
      case "message_delta":
        this.finish = value.delta?.stop_reason ?? this.finish;
        this.#count(value.usage);
        break;
      case "message_stop":
        this.isComplete = true;
        break;
      case "error":
        throw AnswerError.from(value);
    }
  }

  end() {}

  #extend(block, delta) {
    if (!block) return;
    if (delta.type === "text_delta") {
      block.text = (block.text ?? "") + delta.text;
      this.text += delta.text;
    } else if (delta.type === "thinking_delta") {
      block.thinking = (block.thinking ?? "") + delta.thinking;
      this.#think(delta.thinking, false);
    } else if (delta.type === "signature_delta") {
      block.signature = (block.signature ?? "") + delta.signature;
    }
  }

  #think(text, isNewBlock) {
    if (isNewBlock && text !== "" && this.thoughts !== "") this.thoughts += "\n\n";
    this.thoughts += text;
  }

  #count(usage) {
    if (!usage) return;
    const parts = [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
    const input = parts.some(Number.isFinite) ? parts.reduce((sum, part) => sum + (part ?? 0), 0) : undefined;
    this.count(input || undefined, usage.output_tokens);
  }

  get native() {
    const blocks = this.#blocks.filter((block) => block && (block.type !== "text" || block.text));
    return blocks.length > 0 ? [{ role: "assistant", content: blocks }] : [];
  }
}

const messages = {
  id: "messages",
  name: "Messages",
  Answer: MessagesAnswer,
  keyField: (key) => ({ "x-api-key": key }),
  fields: { "anthropic-version": "2023-06-01" },
  request(turns, settings) {
    const body = {
      model: settings.model,
      max_tokens: settings.limit || STANDARD_LIMIT,
      messages: history(turns, "messages", (turn) => ({ role: turn.role, content: turn.text })),
      stream: true,
    };
    if (settings.system) body.system = settings.system;
    if (settings.thinking) {
      const budget = THINKING_BUDGETS[settings.thinking];
      body.thinking = { type: "enabled", budget_tokens: budget };
      // What is thought counts too.
      body.max_tokens += budget;
    }
    return { path: "/v1/messages", body };
  },
};

// Gemini API reference, "Generating content", and its guide "Thought signatures".

class GeminiAnswer extends Answer {
  #parts = [];

  take(_, value) {
    if (value.error) throw AnswerError.from(value);
    const usage = value.usageMetadata;
    this.count(usage?.promptTokenCount, usage?.candidatesTokenCount, usage?.thoughtsTokenCount);
    const candidate = value.candidates?.[0];
    for (const part of candidate?.content?.parts ?? []) this.#add(part);
    this.finish = candidate?.finishReason ?? value.promptFeedback?.blockReason ?? this.finish;
    if (this.finish) this.isComplete = true;
  }

  end() {}

  #add(part) {
    if (typeof part.text === "string") {
      if (part.thought) this.thoughts += part.text;
      else this.text += part.text;
    }
    const last = this.#parts.at(-1);
    // A part that is signed stays as it is: its signature is for it alone.
    if (last && isPlainText(last) && isPlainText(part) && Boolean(last.thought) === Boolean(part.thought)) {
      last.text += part.text;
    } else {
      this.#parts.push({ ...part });
    }
  }

  get native() {
    return this.#parts.length > 0 ? [{ role: "model", parts: this.#parts }] : [];
  }
}

function isPlainText(part) {
  return typeof part.text === "string" && Object.keys(part).every((name) => name === "text" || name === "thought");
}

const gemini = {
  id: "gemini",
  name: "Gemini",
  Answer: GeminiAnswer,
  keyField: (key) => ({ "x-goog-api-key": key }),
  request(turns, settings) {
    const contents = history(turns, "gemini", (turn) => ({
      role: turn.role === "user" ? "user" : "model",
      parts: [{ text: turn.text }],
    }));
    const body = { contents };
    const generation = {};
    if (settings.system) body.systemInstruction = { parts: [{ text: settings.system }] };
    if (settings.limit) generation.maxOutputTokens = settings.limit;
    if (settings.thinking) {
      generation.thinkingConfig = { includeThoughts: true, thinkingBudget: THINKING_BUDGETS[settings.thinking] };
    }
    if (Object.keys(generation).length > 0) body.generationConfig = generation;
    const model = settings.model.split("/").map(encodeURIComponent).join("/");
    return { path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`, body };
  },
};

/** The turns in a format's own elements. */
function history(turns, format, plain) {
  return turns.flatMap((turn) => {
    const isNative = turn.format === format && turn.native?.length > 0;
    return isNative ? turn.native : [plain(turn)];
  });
}

/** The formats by their id, in the order of the choice. */
export const FORMATS = Object.fromEntries([chat, responses, messages, gemini].map((format) => [format.id, format]));

/** Why an answer ended, in words, where that is worth a word. */
export function remarkOn(finish) {
  switch (finish) {
    case "length":
    case "max_tokens":
    case "max_output_tokens":
    case "MAX_TOKENS":
      return "The answer reached its longest length.";
    case "content_filter":
    case "refusal":
    case "SAFETY":
    case "RECITATION":
    case "BLOCKLIST":
    case "PROHIBITED_CONTENT":
    case "OTHER":
      return "The provider held the answer back.";
    default:
      return undefined;
  }
}
