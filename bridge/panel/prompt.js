// What should happen, in words. In: a model's words. Out: the prompt; suggestions while it is typed.

import { button, counted, el, show } from "./dom.js";
import { makePresets } from "./presets.js";
import { BLANK } from "./recipe.js";
import { corrected, suggested, withPhrase } from "./words.js";

const EXAMPLES = { edit: "make it dusk", generate: "the fog lifts" };

export function makePrompt(changed) {
  const input = el("textarea", { id: "prompt", rows: 3, maxLength: 10000 });
  const chips = el("div", { className: "chips suggestions", role: "group", "aria-label": "Suggestions" });
  const fault = el("div", { id: "prompt-fault" });
  const known = el("div");
  const presets = makePresets(write);
  let model = null;
  input.setAttribute("aria-describedby", "prompt-fault");

  // A phrase that is there already is not said twice.
  function write(phrase) {
    if (!input.value.toLowerCase().includes(phrase.toLowerCase())) {
      put(withPhrase(input.value, phrase));
    }
    const blank = input.value.indexOf(BLANK);
    input.focus();
    if (blank >= 0) input.setSelectionRange(blank, blank + 1);
  }

  function put(text) {
    input.value = text;
    suggest();
    changed();
  }

  function suggest() {
    const before = input.value.slice(0, input.selectionStart);
    const { from, items } = model ? suggested(before, model) : { from: 0, items: [] };
    const rest = input.value.slice(input.selectionStart);
    show(chips, items.map(({ word, does }) => button(`word-${word.replaceAll(" ", "-")}`, word, () => {
      put(`${before.slice(0, from)}${word}${rest || " "}`);
      input.focus();
      input.setSelectionRange(from + word.length + 1, from + word.length + 1);
      suggest();
    }, { className: "chip", title: does })));
  }

  // Down from the last line goes to the suggestions, Escape back.
  function pressed(event) {
    const buttons = [...chips.children];
    const at = buttons.indexOf(document.activeElement);
    const { key } = event;
    if (at < 0 && key === "ArrowDown" && !input.value.slice(input.selectionEnd).includes("\n")) {
      buttons[0]?.focus();
    } else if (at >= 0 && ["ArrowRight", "ArrowDown"].includes(key)) {
      buttons[(at + 1) % buttons.length].focus();
    } else if (at > 0 && ["ArrowLeft", "ArrowUp"].includes(key)) buttons[at - 1].focus();
    else if (at >= 0 && ["Escape", "ArrowUp", "ArrowLeft"].includes(key)) input.focus();
    else return;
    if (document.activeElement !== input || key !== "ArrowDown") event.preventDefault();
  }
  for (const type of ["input", "click", "keyup"]) {
    input.addEventListener(type, () => {
      if (type === "input") refused(null);
      suggest();
    });
  }

  // What the engine did not understand, with the nearest words to put in its place.
  function refused(error) {
    input.setAttribute("aria-invalid", String(Boolean(error)));
    const { unknown = [], nearest = [] } = error?.detail ?? {};
    show(fault, error ? el("p", { className: "problem" }, error.message) : null,
      nearest.length ? el("p", { className: "chips" }, "Did you mean ", nearest.map((word) =>
        button(`near-${word.replaceAll(" ", "-")}`, word, () => {
          put(corrected(input.value, unknown, word));
          input.focus();
        }, { className: "chip" }))) : null);
  }

  return {
    node: el("div", { className: "field", onkeydown: pressed },
      el("label", { htmlFor: "prompt" }, "Prompt"), input, chips, fault, presets.node, known),
    value: () => input.value,
    focus: () => input.focus(),
    refused,
    update(newModel, kind) {
      presets.update(newModel, kind);
      input.placeholder = EXAMPLES[kind] ?? EXAMPLES.generate;
      if (model === newModel) return;
      model = newModel;
      show(known, wordList(model, write));
      suggest();
    },
  };
}

function wordList(model, write) {
  const words = Object.entries(model?.words ?? {});
  if (!words.length) return null;
  const much = Object.entries(model.strengths).map(([word, does]) => `${word} ${does}`);
  return el("details", {}, el("summary", {}, `${counted(words.length, "word")} it knows`),
    el("ul", { className: "rows known" }, words.map(([word, does]) => el("li", {},
      button(`known-${word.replaceAll(" ", "-")}`, word, () => write(word), { className: "chip" }),
      el("span", { className: "hint" }, does)))),
    much.length ? el("p", { className: "hint" },
      `How much: 60%, or ${much.join(", ")}. Before the look, or after it.`) : null);
}
