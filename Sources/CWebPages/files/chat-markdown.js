// Markdown as models write it, as nodes of the document. Text never becomes markup: every node is made here.

import { copyButton, element } from "./chat-elements.js";
import { DEPTH_LIMIT, withInline } from "./chat-inline.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t](.*))?$/;
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const QUOTE = /^ {0,3}>/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?: +|$)/;
const TABLE_RULE = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Shows a text that grows. What cannot change any more is left alone, so that long answers stay quick. */
export class MarkdownView {
  #element;
  #settled = 0;
  #last;

  constructor(element) {
    this.#element = element;
  }

  /** Shows a text that begins with the one shown before. */
  update(source) {
    const lines = source.slice(this.#settled).split("\n");
    const blocks = readBlocks(lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)));
    const last = blocks.at(-1);
    if (!last) return;
    if (blocks.length === 1 && this.#last && last.type === "code" && this.#last.block.type === "code") {
      // The same node, so that it can be scrolled and copied while it grows.
      this.#last.node.querySelector("code").textContent = last.text;
      this.#last.node.querySelector("figcaption span").textContent = last.language;
      return;
    }
    this.#last?.node.remove();
    for (const block of blocks) {
      this.#last = { block, node: nodeOf(block, 0) };
      this.#element.append(this.#last.node);
    }
    for (const line of lines.slice(0, last.first)) this.#settled += line.length + 1;
  }
}

// Blocks: each has the number of its first line.

function readBlocks(lines) {
  const blocks = [];
  let index = 0;
  while (index < lines.length) {
    if (lines[index].trim() === "") {
      index += 1;
      continue;
    }
    const reading = readBlock(lines, index);
    blocks.push({ first: index, ...reading.block });
    index = reading.next;
  }
  return blocks;
}

function readBlock(lines, index) {
  const line = lines[index];
  const fence = FENCE.exec(line);
  if (fence) return readCode(lines, index, fence);
  const heading = HEADING.exec(line);
  if (heading) {
    return { block: { type: "heading", level: heading[1].length, text: headingText(heading[2] ?? "") }, next: index + 1 };
  }
  if (RULE.test(line)) return { block: { type: "rule" }, next: index + 1 };
  if (QUOTE.test(line)) return readQuote(lines, index);
  if (ITEM.test(line)) return readList(lines, index);
  if (isTableStart(lines, index)) return readTable(lines, index);
  let next = index + 1;
  while (next < lines.length && lines[next].trim() !== "" && !interruptsParagraph(lines, next)) next += 1;
  return { block: { type: "paragraph", text: lines.slice(index, next).join("\n") }, next };
}

/** A heading's text without the marks that may close it. */
function headingText(text) {
  const trimmed = text.trim();
  let end = trimmed.length;
  while (end > 0 && trimmed[end - 1] === "#") end -= 1;
  return end === 0 || /\s/.test(trimmed[end - 1]) ? trimmed.slice(0, end).trim() : trimmed;
}

function interruptsParagraph(lines, index) {
  const line = lines[index];
  const item = ITEM.exec(line);
  // A number at a line's begin may just be one.
  const isList = item && item[0] !== line && (!/\d/.test(item[2]) || /^1[.)]$/.test(item[2]));
  return (
    isList || FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || isTableStart(lines, index)
  );
}

function readCode(lines, index, [opening, fence, info]) {
  const indent = opening.search(/\S/);
  const text = [];
  let next = index + 1;
  for (; next < lines.length; next += 1) {
    const trimmed = lines[next].trim();
    if (trimmed.length >= fence.length && trimmed === fence[0].repeat(trimmed.length)) break;
    text.push(withoutIndent(lines[next], indent));
  }
  return { block: { type: "code", language: info.trim().split(/\s/)[0], text: text.join("\n") }, next: next + 1 };
}

function readQuote(lines, index) {
  let next = index;
  while (next < lines.length && QUOTE.test(lines[next])) next += 1;
  const inner = lines.slice(index, next).map((line) => line.replace(/^ {0,3}> ?/, ""));
  return { block: { type: "quote", lines: inner }, next };
}

function readList(lines, index) {
  const marker = ITEM.exec(lines[index]);
  const indent = marker[1].length;
  const isOrdered = /\d/.test(marker[2]);
  const isItem = (match) => match && match[1].length < indent + 2 && /\d/.test(match[2]) === isOrdered;
  const items = [];
  let isLoose = false;
  let next = index;
  while (next < lines.length) {
    const match = ITEM.exec(lines[next]);
    if (!isItem(match) || RULE.test(lines[next])) break;
    const width = match[0] === lines[next] ? match[0].length + 1 : match[0].length;
    const item = [lines[next].slice(match[0].length)];
    next += 1;
    while (next < lines.length) {
      const line = lines[next];
      const isBlank = line.trim() === "";
      const isInside = line.search(/\S/) >= Math.min(width, indent + 2);
      const isLazy = !isBlank && item.at(-1).trim() !== "" && !interruptsParagraph(lines, next) && !ITEM.test(line);
      if (!isBlank && !isInside && !isLazy) break;
      item.push(withoutIndent(line, width));
      next += 1;
    }
    const count = item.length;
    while (item.length > 1 && item.at(-1).trim() === "") item.pop();
    isLoose ||= item.some((line, place) => place > 0 && line.trim() === "");
    isLoose ||= item.length < count && next < lines.length && Boolean(isItem(ITEM.exec(lines[next])));
    items.push(item);
  }
  const start = isOrdered ? Number.parseInt(marker[2], 10) : undefined;
  return { block: { type: "list", isOrdered, start, isLoose, items }, next };
}

function isTableStart(lines, index) {
  const rule = lines[index + 1];
  if (rule === undefined || !lines[index].includes("|") || !TABLE_RULE.test(rule.trim())) return false;
  return cellsOf(lines[index]).length === cellsOf(rule).length;
}

function readTable(lines, index) {
  const alignments = cellsOf(lines[index + 1]).map((cell) => {
    if (cell.endsWith(":")) return cell.startsWith(":") ? "center" : "right";
    return "left";
  });
  const rows = [];
  let next = index + 2;
  while (next < lines.length && lines[next].includes("|")) {
    rows.push(cellsOf(lines[next]));
    next += 1;
  }
  return { block: { type: "table", alignments, head: cellsOf(lines[index]), rows }, next };
}

function cellsOf(line) {
  const cells = [""];
  const text = line.trim();
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "\\" && text[index + 1] === "|") {
      cells[cells.length - 1] += "|";
      index += 1;
    } else if (text[index] === "|") {
      cells.push("");
    } else {
      cells[cells.length - 1] += text[index];
    }
  }
  if (text.startsWith("|")) cells.shift();
  if (text.endsWith("|") && cells.length > 1) cells.pop();
  return cells.map((cell) => cell.trim());
}

function withoutIndent(line, count) {
  const indent = line.search(/\S|$/);
  return line.slice(Math.min(indent, count));
}

// Nodes

function nodeOf(block, depth) {
  switch (block.type) {
    case "code":
      return codeNode(block);
    case "heading":
      // The page has its own headings above.
      return withInline(element(`h${Math.min(6, block.level + 2)}`), block.text, depth);
    case "rule":
      return element("hr");
    case "quote":
      return element("blockquote", "", ...innerNodes(block.lines, depth));
    case "list":
      return listNode(block, depth);
    case "table":
      return tableNode(block, depth);
    default:
      return withInline(element("p"), block.text, depth);
  }
}

function innerNodes(lines, depth) {
  if (depth >= DEPTH_LIMIT) return [lines.join("\n")];
  return readBlocks(lines).map((block) => nodeOf(block, depth + 1));
}

function listNode(block, depth) {
  const list = element(block.isOrdered ? "ol" : "ul");
  if (block.isOrdered && block.start !== 1) list.start = block.start;
  for (const item of block.items) {
    const task = /^\[([ xX])\] /.exec(item[0]);
    const lines = task ? [item[0].slice(4), ...item.slice(1)] : item;
    const nodes = innerNodes(lines, depth);
    if (task) {
      const box = element("input");
      box.type = "checkbox";
      box.disabled = true;
      box.checked = task[1] !== " ";
      box.ariaLabel = box.checked ? "Done" : "To do";
      nodes.unshift(box, " ");
    }
    // The paragraphs of a tight list are none.
    const flat = block.isLoose ? nodes : nodes.flatMap((node) => (node.nodeName === "P" ? [...node.childNodes] : [node]));
    list.append(element("li", task ? "task" : "", ...flat));
  }
  return list;
}

function tableNode(block, depth) {
  const row = (cells, name) =>
    element(
      "tr",
      "",
      ...block.alignments.map((alignment, index) => withInline(element(name, alignment), cells[index] ?? "", depth)),
    );
  const table = element("table", "", element("thead", "", row(block.head, "th")));
  if (block.rows.length > 0) table.append(element("tbody", "", ...block.rows.map((cells) => row(cells, "td"))));
  const frame = element("div", "table", table);
  frame.tabIndex = 0;
  return frame;
}

function codeNode(block) {
  const code = element("code", "", block.text);
  const button = copyButton("Copy the code", () => code.textContent);
  const frame = element("pre", "", code);
  frame.tabIndex = 0;
  return element("figure", "code", element("figcaption", "", element("span", "", block.language), button), frame);
}
