// Emphasis, links and code within a line of Markdown.

import { element } from "./chat-elements.js";

/** Blocks and emphases within each other; what is deeper stays text. */
export const DEPTH_LIMIT = 8;
/** Characters of a link's text or address. A bound, so that a search for an end never costs much. */
const LINK_LIMIT = 2000;

const EMPHASES = [
  ["**", "strong"],
  ["__", "strong"],
  ["~~", "del"],
  ["*", "em"],
  ["_", "em"],
];
const ESCAPABLE = /[!-/:-@[-`{-~]/;
const SPECIAL = /[\\\n`*_~[!<h]/g;
const BARE_ADDRESS = /https?:\/\/[^\s<>"'`]{1,2000}/y;
const WORD = /[\p{L}\p{N}]/u;

/** Puts a text with its emphases, links and code into an element. */
export function withInline(parent, text, depth) {
  const unclosed = new Set();
  let plain = 0;
  let index = 0;
  const take = (end, node, contents) => {
    if (index > plain) parent.append(text.slice(plain, index));
    if (contents !== undefined) withInline(node, contents, depth + 1);
    parent.append(node);
    plain = index = end;
  };
  while (index < text.length) {
    SPECIAL.lastIndex = index;
    const special = SPECIAL.exec(text);
    if (!special) break;
    index = special.index;
    const found = depth < DEPTH_LIMIT ? readInline(text, index, unclosed) : undefined;
    if (found) take(found.end, found.node, found.contents);
    else index += 1;
  }
  if (plain < text.length) parent.append(text.slice(plain));
  return parent;
}

/** What begins at a character that may mean something: its node, its end, and what is still to be read within. */
function readInline(text, index, unclosed) {
  switch (text[index]) {
    case "\\":
      if (text[index + 1] === "\n") return { node: element("br"), end: index + 2 };
      if (!ESCAPABLE.test(text[index + 1] ?? "")) return undefined;
      return { node: document.createTextNode(text[index + 1]), end: index + 2 };
    case "\n":
      return { node: element("br"), end: index + 1 };
    case "`":
      return readCodeSpan(text, index, unclosed);
    case "[":
      return readLink(text, index);
    case "!": {
      // A picture would be fetched from elsewhere, and tell somebody there that the answer was read.
      if (text[index + 1] !== "[") return undefined;
      const link = readLink(text, index + 1);
      return link && { ...link, contents: link.contents || "Image" };
    }
    case "<": {
      const end = text.slice(index, index + LINK_LIMIT).indexOf(">");
      const address = end < 0 ? "" : text.slice(index + 1, index + end);
      if (!/^(?:https?:\/\/|mailto:)\S+$/.test(address)) return undefined;
      return { node: linkNode(address, address), end: index + end + 1 };
    }
    case "h":
      return readBareAddress(text, index);
    default:
      return readEmphasis(text, index, unclosed);
  }
}

function readCodeSpan(text, index, unclosed) {
  let length = 1;
  while (text[index + length] === "`") length += 1;
  const fence = "`".repeat(length);
  const plain = { node: document.createTextNode(fence), end: index + length };
  if (unclosed.has(fence)) return plain;
  for (let end = index + length; (end = text.indexOf(fence, end)) >= 0; ) {
    let count = length;
    while (text[end + count] === "`") count += 1;
    if (count === length) {
      const inner = text.slice(index + length, end).replaceAll("\n", " ");
      const isPadded = inner.startsWith(" ") && inner.endsWith(" ") && inner.trim() !== "";
      return { node: element("code", "", isPadded ? inner.slice(1, -1) : inner), end: end + length };
    }
    end += count;
  }
  unclosed.add(fence);
  return plain;
}

function readLink(text, index) {
  let depth = 0;
  let close = index;
  for (; close < text.length && close < index + LINK_LIMIT; close += 1) {
    if (text[close] === "\\") close += 1;
    else if (text[close] === "[") depth += 1;
    else if (text[close] === "]" && --depth === 0) break;
  }
  if (depth !== 0 || text[close] !== "]" || text[close + 1] !== "(") return undefined;
  const target = /^\(\s{0,9}(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\([^\s()]*\))*))(?:\s+(?:"[^"]*"|'[^']*'))?\s{0,9}\)/.exec(
    text.slice(close + 1, close + 1 + LINK_LIMIT),
  );
  if (!target) return undefined;
  const address = (target[1] ?? target[2]).replace(/\\([!-/:-@[-`{-~])/g, "$1");
  return { node: linkNode(address), contents: text.slice(index + 1, close), end: close + 1 + target[0].length };
}

function readBareAddress(text, index) {
  if (index > 0 && WORD.test(text[index - 1])) return undefined;
  BARE_ADDRESS.lastIndex = index;
  const match = BARE_ADDRESS.exec(text);
  if (!match) return undefined;
  let address = match[0].replace(/[.,;:!?*_~]{1,20}$/, "");
  if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
  return { node: linkNode(address, address), end: index + address.length };
}

function readEmphasis(text, index, unclosed) {
  for (const [mark, name] of EMPHASES) {
    if (!text.startsWith(mark, index) || unclosed.has(mark)) continue;
    const after = text[index + mark.length];
    if (after === undefined || /\s/.test(after)) continue;
    if (mark[0] === "_" && index > 0 && WORD.test(text[index - 1])) continue;
    const end = endOfEmphasis(text, index + mark.length, mark);
    // Nothing further on can be closed either.
    if (end < 0) unclosed.add(mark);
    else return { node: element(name), contents: text.slice(index + mark.length, end), end: end + mark.length };
  }
  return undefined;
}

function endOfEmphasis(text, start, mark) {
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\") {
      index += 1;
    } else if (character === "`") {
      const close = text.indexOf("`", index + 1);
      if (close > 0) index = close;
    } else if (character === mark[0]) {
      let count = 1;
      while (text[index + count] === character) count += 1;
      const isClosing = index > start && !/\s/.test(text[index - 1]);
      const isWithinWord = character === "_" && WORD.test(text[index + count] ?? "");
      // Of three, the inner emphasis takes its own first.
      if (isClosing && !isWithinWord && (count === mark.length || count === 3)) return index + count - mark.length;
      index += count - 1;
    }
  }
  return -1;
}

/** A link; just a piece of text where the address leads to anything but a page or a mailbox. */
function linkNode(address, text = "") {
  let url;
  try {
    url = new URL(address);
  } catch {
    return element("span", "", text);
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return element("span", "", text);
  const link = element("a", "", text);
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}
