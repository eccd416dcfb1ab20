// Elements of the page, made without markup.

/** An element with a class and contents. */
export function element(name, className, ...contents) {
  const result = document.createElement(name);
  if (className) result.className = className;
  result.append(...contents);
  return result;
}

/** A button that copies what `text` returns. */
export function copyButton(label, text) {
  const button = element("button", "copy", "Copy");
  button.type = "button";
  button.ariaLabel = label;
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text())) ? "Copied" : "Not copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return button;
}

/** Copies a text; false when the browser does not let it. */
async function copy(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    // Browsers have the clipboard only on secure pages, and a gateway in a house often is not one.
    const area = element("textarea", "outside");
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  } catch {
    return false;
  }
}
