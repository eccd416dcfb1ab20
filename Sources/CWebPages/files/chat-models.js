// The choice of a model: a text field with a list of what the gateway offers (WAI-ARIA Authoring Practices, "Combobox").

import { element } from "./chat-elements.js";

export class ModelChoice {
  #input;
  #list;
  #models = [];
  #active = -1;
  // The whole list is shown until something is typed: what was chosen before must not hide the others.
  #isFiltering = false;

  #onChange;
  #onOpen;

  /** `onChange` is called when another model is chosen, `onOpen` when the list opens. */
  constructor(input, list, { onChange, onOpen }) {
    this.#input = input;
    this.#list = list;
    this.#onChange = onChange;
    this.#onOpen = onOpen;
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => this.#open());
    input.addEventListener("input", () => {
      this.#isFiltering = true;
      this.#open();
      onChange();
    });
    input.addEventListener("blur", () => this.#close());
    input.addEventListener("keydown", (event) => this.#press(event));
    // The field keeps the focus, and with it the keyboard.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(option.dataset.model);
    });
  }

  get value() {
    return this.#input.value.trim();
  }

  set value(model) {
    this.#input.value = model;
  }

  /** The names that the list offers. */
  set models(names) {
    this.#models = names;
    if (!this.#list.hidden) this.#show();
  }

  #choose(model) {
    this.#input.value = model;
    this.#close();
    this.#onChange();
  }

  #open() {
    if (this.#list.hidden) this.#onOpen();
    this.#list.hidden = false;
    this.#input.ariaExpanded = "true";
    this.#show();
  }

  #close() {
    this.#list.hidden = true;
    this.#input.ariaExpanded = "false";
    this.#isFiltering = false;
    this.#activate(-1);
  }

  #show() {
    const words = this.#isFiltering ? this.value.toLowerCase().split(/\s+/) : [];
    const found = this.#models.filter((model) => words.every((word) => model.toLowerCase().includes(word)));
    const options = found.map((model, index) => {
      const option = element("li", "", model);
      option.id = `model-${index}`;
      option.role = "option";
      option.dataset.model = model;
      option.ariaSelected = String(model === this.value);
      return option;
    });
    this.#list.replaceChildren(...options);
    this.#list.hidden = options.length === 0;
    this.#input.ariaExpanded = String(options.length > 0);
    this.#activate(-1);
    this.#list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #activate(index) {
    const options = this.#list.children;
    options[this.#active]?.classList.remove("active");
    this.#active = index;
    const option = options[index];
    option?.classList.add("active");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    const count = this.#list.children.length;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        if (this.#list.hidden) return this.#open();
        const step = event.key === "ArrowDown" ? 1 : -1;
        const start = this.#active < 0 && step < 0 ? count : this.#active;
        if (count > 0) this.#activate((start + step + count) % count);
        return;
      }
      case "Enter": {
        event.preventDefault();
        const option = this.#list.children[this.#active];
        if (option && !this.#list.hidden) this.#choose(option.dataset.model);
        else this.#close();
        return;
      }
      case "Escape":
        if (this.#list.hidden) return;
        event.stopPropagation();
        this.#close();
        return;
    }
  }
}
