// On what terms it is made. In: the selection. Out: how it comes back, what it may cost, where it goes.

import { el, show } from "./dom.js";
import { text } from "./place.js";
import { CODECS, FLAVOURS, MODES, modesFor } from "./recipe.js";

const WHOLE = /^\d{1,15}$/;
const CREDITS = /^\d{1,12}([.,]\d{1,6})?$/;
const ABSOLUTE = /^(\/|[A-Za-z]:[\\/]|\\\\)/;

export function makeTerms(selection) {
  const mode = choice("mode", "How it comes back", {});
  const codec = choice("codec", "Written as", CODECS);
  const flavour = choice("flavour", "The new timeline is for", FLAVOURS);
  const whole = { inputMode: "numeric", maxLength: 15 };
  const fields = {
    handles: text("handles", "Handles (frames on each side)", "0", whole),
    budget: text("budget", "Budget (credits at most)", "",
      { inputMode: "decimal", placeholder: "No limit of its own" }),
    seed: text("seed", "Seed", "", { ...whole, placeholder: "Left to the model" }),
    out: text("out", "New timeline file", "", { placeholder: "Kept by NLE Bridge" }),
    media_folder: text("media-folder", "Folder for the takes", "", { placeholder: "Kept by NLE Bridge" }),
    project: text("project", "Whose budget pays", "", { placeholder: selection.project }),
  };
  const value = (name) => fields[name].input.value.trim();
  const budget = () => value("budget").replace(",", ".");
  const number = (name) => (value(name) ? Number(value(name)) : null);
  const pairs = (...nodes) => el("div", { className: "pair" }, nodes);

  const FAULTS = {
    handles: (said) => (said && !WHOLE.test(said) ? "This is a whole number of frames." : ""),
    budget: (said) => (said && !CREDITS.test(said) ? "Credits are written 250 or 12.5." : ""),
    seed: (said) => (said && !(WHOLE.test(said)) ? "A seed is a whole number." : ""),
    out: (said) => (said && !ABSOLUTE.test(said) ? "Write the whole path, from its root." : ""),
    media_folder: (said) => (said && !ABSOLUTE.test(said) ? "Write the whole path, from its root." : ""),
  };

  return {
    nodes: [mode.node, pairs(fields.budget.node, fields.handles.node)],
    expert: [pairs(codec.node, fields.seed.node, flavour.node, fields.project.node),
      fields.out.node, fields.media_folder.node],
    update(kind, paid) {
      const modes = modesFor(selection, kind);
      fill(mode.input, Object.fromEntries(modes.map((name) => [name, MODES[name]])));
      mode.node.hidden = !modes.length;
      fields.handles.node.hidden = kind !== "edit";
      fields.budget.node.hidden = !paid;
    },
    values: () => ({
      mode: mode.input.value,
      handles: number("handles") || null,
      seed: number("seed"),
      codec: codec.input.value === "prores_hq" ? null : codec.input.value,
      flavour: flavour.input.value,
      out: value("out"),
      media_folder: value("media_folder"),
      budget: fields.budget.node.hidden ? "" : budget(),
      project: value("project"),
    }),
    faults() {
      const found = Object.entries(FAULTS).map(([name, check]) => [fields[name], check(value(name))]);
      for (const [field, why] of found) field.say(why);
      return Object.fromEntries(found.filter(([field, why]) => why && !field.node.hidden)
        .map(([field, why]) => [field.label, why]));
    },
  };
}

function choice(id, label, choices) {
  const input = el("select", { id });
  fill(input, choices);
  return { input, node: el("div", { className: "field" }, el("label", { htmlFor: id }, label), input) };
}

function fill(select, choices) {
  const before = select.value;
  show(select, Object.entries(choices).map(([value, label]) => el("option", { value }, label)));
  if (before in choices) select.value = before;
}
