// Ways to begin a prompt, by purpose. In: a model, the kind of work. Out: what it can be told.

import { button, el, show } from "./dom.js";
import { BLANK } from "./recipe.js";

// `looks`: words of engines that know a vocabulary; `free`: for those that read any words.
const PURPOSES = [
  {
    name: "Relight",
    looks: ["warm", "cool", "bright", "dark", "high contrast", "bloom"],
    free: {
      "Soft daylight": "relight it with soft daylight from the left",
      "Warm lamp": "relight it with a warm lamp just out of frame",
      "Hard side light": "relight it with one hard light from the side, deep shadows",
    },
  },
  {
    name: "Time of day",
    made: true,
    looks: ["golden hour", "dusk", "night"],
    free: {
      Dawn: "make it dawn", Overcast: "make it an overcast day", "Golden hour": "make it golden hour",
      Dusk: "make it dusk", Night: "make it night",
    },
  },
  {
    name: "Add",
    looks: ["fog", "grain", "vignette"],
    free: {
      "Something": `add ${BLANK}`, Fog: "add low fog", Rain: "add rain and wet ground",
      Snow: "add falling snow",
    },
  },
  {
    name: "Remove",
    looks: [],
    free: {
      "Something": `remove ${BLANK} and fill in what is behind it`,
      "The boom": "remove the microphone boom",
      "Signs": "remove all lettering and signs",
    },
  },
  {
    name: "Restyle",
    made: true,
    looks: ["black and white", "sepia", "bleach bypass", "teal and orange", "faded", "vivid",
      "muted", "negative"],
    free: {
      "Black and white": "restyle it as black and white film",
      "Old colour film": "restyle it as faded colour film of the seventies",
      "In the style of": `restyle it in the style of ${BLANK}`,
    },
  },
  {
    name: "New angle",
    looks: [],
    free: {
      "From below": "show the same action from a low angle",
      "From the side": "show the same action from the side",
      Closer: "show the same action as a close-up",
    },
  },
];

// `[{name, items: [{label, phrase}], off}]`; `off` says why there are none.
export function offered(model, kind) {
  return PURPOSES.map((purpose) => {
    const off = reason(purpose, model, kind);
    return { name: purpose.name, items: off ? [] : items(purpose, model), off };
  });
}

function reason(purpose, model, kind) {
  if (!model) return "there is no model";
  const closed = Object.keys(model.words).length > 0;
  if (!closed && model.limits.prompt === null) return `${model.name} takes no words`;
  if (kind !== "edit" && !closed && !purpose.made) return "a new shot has nothing to change";
  return items(purpose, model).length ? "" : `${model.name} knows no word for it`;
}

function items(purpose, model) {
  const closed = Object.keys(model.words).length > 0;
  if (closed) {
    return purpose.looks.filter((look) => Object.hasOwn(model.words, look))
      .map((look) => ({ label: look, phrase: look }));
  }
  return Object.entries(purpose.free).map(([label, phrase]) => ({ label, phrase }));
}

// Chips: a purpose opens its phrases, a phrase goes to `write(phrase)`.
export function makePresets(write) {
  const node = el("div", { className: "presets", role: "group" });
  node.setAttribute("aria-label", "Ways to begin");
  let [model, kind, open] = [null, "edit", ""];
  function draw() {
    const all = offered(model, kind);
    const shown = all.find((one) => one.name === open && !one.off);
    show(node, el("div", { className: "chips" }, all.map(purposeChip)),
      shown ? el("div", { className: "chips phrases" }, shown.items.map(phraseChip)) : null,
      offLines(all).map((line) => el("p", { className: "hint" }, line)));
  }
  function purposeChip({ name, off }) {
    const act = () => {
      open = open === name ? "" : name;
      draw();
    };
    const state = { disabled: Boolean(off), "aria-expanded": String(open === name && !off) };
    return button(`purpose-${idOf(name)}`, name, act, { className: "chip", ...state });
  }
  function phraseChip({ label, phrase }) {
    const id = `phrase-${idOf(label)}`;
    return button(id, label, () => write(phrase), { className: "chip", title: phrase });
  }
  return {
    node,
    update(newModel, newKind) {
      if (model === newModel && kind === newKind) return;
      [model, kind] = [newModel, newKind];
      draw();
    },
  };
}

function idOf(name) {
  return name.toLowerCase().replaceAll(" ", "-");
}

// "Remove, New angle: looks knows no word for it."
function offLines(all) {
  const reasons = Map.groupBy(all.filter((one) => one.off), (one) => one.off);
  return [...reasons].map(([why, ones]) => `${ones.map((one) => one.name).join(", ")}: ${why}.`);
}
