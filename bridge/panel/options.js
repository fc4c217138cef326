// Fields for a model's options. In: the model. Out: a node, the values that differ, the faults.

import { el, show, words } from "./dom.js";
import { fieldsOf, initial, read } from "./schema.js";

export function makeOptions() {
  const node = el("div", { className: "options" });
  let rows = [];

  // What was said for another model stays where this one has a field that takes it.
  function update(model) {
    const before = new Map(rows.filter((row) => row.text() !== initial(row.field))
      .map((row) => [row.field.name, row.text()]));
    const fields = model ? fieldsOf(model.options) : [];
    rows = fields.map((field) => makeRow(field, surcharges(model, field)));
    for (const row of rows) {
      const kept = before.get(row.field.name);
      if (kept !== undefined && !read(row.field, kept).fault) row.set(kept);
    }
    show(node, rows.map((row) => row.node));
  }

  return {
    node,
    update,
    count: () => rows.length,
    values: () => Object.fromEntries(rows.map((row) => [row.field.name, row.read().value])
      .filter(([, value]) => value !== undefined)),
    // {label: sentence} of what cannot be sent
    faults: () => Object.fromEntries(rows.map((row) => [row.field.label, row.read().fault])
      .filter(([, fault]) => fault)),
  };
}

// {value: "5 credits a second more"}
function surcharges({ price }, field) {
  const named = Object.entries(price.surcharges).filter(([key]) => key.startsWith(`${field.name}=`));
  return Object.fromEntries(named.map(([key, credits]) =>
    [key.slice(field.name.length + 1), `${credits} credits a second more`]));
}

function makeRow(field, costs) {
  const id = `option-${field.name}`;
  const control = CONTROLS[field.kind](field, id, costs);
  const said = el("span", { className: "hint", id: `${id}-said` }, field.description);
  const fault = el("span", { className: "problem", id: `${id}-fault`, hidden: true });
  const node = el("div", { className: "field" }, el("label", { htmlFor: id }, field.label),
    ...control.nodes, extra(costs, field), said, fault);
  control.input.setAttribute("aria-describedby", `${id}-said ${id}-fault`);
  const row = {
    field,
    node,
    text: control.text,
    read: () => read(field, control.text()),
    set(text) {
      control.set(text);
      row.check();
    },
    check() {
      const { fault: why = "" } = row.read();
      control.input.setAttribute("aria-invalid", String(Boolean(why)));
      words(fault, why);
      fault.hidden = !why;
    },
  };
  node.addEventListener("input", row.check);
  return row;
}

function extra(costs, field) {
  if (field.kind !== "flag" || !costs.true) return null;
  return el("span", { className: "hint" }, `With it: ${costs.true}. `);
}

// Each: `{input, nodes, text(), set(text)}`
const CONTROLS = {
  choice(field, id, costs) {
    const empty = field.nullable || field.fallback === undefined
      ? [el("option", { value: "" }, "As the model does")] : [];
    const input = el("select", { id }, empty, field.choices.map((choice) => {
      const cost = costs[choice] ? ` (${costs[choice]})` : "";
      return el("option", { value: String(choice) }, `${choice}${cost}`);
    }));
    return plain(input, field);
  },
  flag(field, id) {
    if (field.nullable) return CONTROLS.choice({ ...field, choices: [true, false] }, id, {});
    const input = el("input", { id, type: "checkbox", checked: field.fallback === true });
    return { input, nodes: [input], text: () => String(input.checked), set(text) {
      input.checked = text === "true";
    } };
  },
  integer: (field, id) => ranged(field, id, "numeric"),
  number: (field, id) => ranged(field, id, "decimal"),
  string: (field, id) => plain(el("input", { id, type: "text", autocomplete: "off" }), field),
  list: (field, id) => plain(el("textarea", { id, rows: 2, placeholder: "One a line" }), field),
  json: (field, id) => plain(el("textarea", { id, rows: 2, placeholder: "JSON" }), field),
};

function plain(input, field) {
  input.value = initial(field);
  if (field.nullable && "placeholder" in input && !input.placeholder) {
    input.placeholder = "As the model does";
  }
  return { input, nodes: [input], text: () => input.value, set(text) {
    input.value = text;
  } };
}

// A number, and a slider beside it where both ends are known.
function ranged(field, id, inputMode) {
  const placeholder = field.nullable ? "not set" : "";
  const input = el("input", { id, type: "text", inputMode, autocomplete: "off", placeholder });
  const made = plain(input, field);
  if (!Number.isFinite(field.least) || !Number.isFinite(field.most)) return made;
  const { least: min, most: max } = field;
  const step = field.kind === "integer" ? 1 : (max - min) / 100;
  const slider = el("input", { type: "range", min, max, step, tabIndex: -1 });
  slider.setAttribute("aria-hidden", "true");
  const follow = () => {
    slider.value = read(field, made.input.value).value ?? field.fallback ?? min;
    slider.classList.toggle("unset", !made.input.value);
  };
  follow();
  slider.addEventListener("input", () => {
    made.input.value = slider.value;
  });
  made.input.addEventListener("input", follow);
  const set = (text) => {
    made.set(text);
    follow();
  };
  return { ...made, nodes: [el("div", { className: "ranged" }, made.input, slider)], set };
}
