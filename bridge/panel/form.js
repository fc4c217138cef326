// The form. In: selection, engines, what to do on a change. Out: its card, and what stands in it.

import { card, el, show } from "./dom.js";
import { KINDS, MODES, modelsFor, modesFor, proposal } from "./recipe.js";

export function makeForm(selection, engines, changed) {
  const proposed = proposal(selection);
  const form = el("form", { onsubmit: (event) => event.preventDefault() });
  const place = el("div", { id: "place" });
  const engine = el("select", { id: "engine" }, engines.map(engineChoice));
  const model = el("select", { id: "model" });
  const mode = el("select", { id: "mode" });
  const words = el("div", { id: "words" });
  const kinds = choices(selection, proposed.kind);
  const prompt = el("textarea", { id: "prompt", rows: 3, maxLength: 10000 });
  form.append(
    el("fieldset", { className: "kinds" }, el("legend", {}, "What to make"), kinds),
    place,
    field("prompt", "Prompt", prompt),
    el("div", { className: "pair" }, field("engine", "Engine", engine),
      field("model", "Model", model)),
    words,
    field("mode", "How it comes back", mode),
  );

  const kind = () => form.querySelector("input[name=kind]:checked").value;
  const chosen = () => engines.find((one) => one.name === engine.value);
  const chosenModel = () => modelsOf().find((one) => one.name === model.value);
  const modelsOf = () => (chosen() ? modelsFor(chosen(), kind()) : []);

  function kindChanged() {
    const modes = modesFor(selection, kind());
    show(place, placeFields(kind(), proposed));
    prompt.placeholder = kind() === "edit" ? "make it dusk, a little grain" : "the fog lifts";
    fill(mode, modes.map((name) => [name, MODES[name]]));
    mode.parentElement.hidden = !modes.length;
    for (const option of engine.options) {
      const one = engines.find(({ name }) => name === option.value);
      option.disabled = Boolean(one.error) || !modelsFor(one, kind()).length;
    }
    const able = [...engine.options].filter((option) => !option.disabled);
    if (!able.includes(engine.selectedOptions[0])) engine.value = able[0]?.value ?? "";
    engineChanged();
  }

  function engineChanged() {
    fill(model, modelsOf().map((one) => [one.name, one.name]));
    modelChanged();
  }

  function modelChanged() {
    show(words, about(chosen(), chosenModel()));
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "kind") kindChanged();
    if (event.target === engine) engineChanged();
    if (event.target === model) modelChanged();
    changed();
  });
  kindChanged();

  return {
    card: card("form", "What should happen", form),
    values: () => ({
      kind: kind(), prompt: prompt.value, engine: engine.value, model: model.value,
      mode: mode.value, limits: chosenModel()?.limits, ...placeValues(form),
    }),
  };
}

function choices(selection, proposed) {
  return Object.entries(KINDS).map(([kind, label]) => {
    const off = kind === "edit" && !selection.shots.length;
    const radio = { type: "radio", name: "kind", value: kind, id: `kind-${kind}` };
    const input = el("input", { ...radio, checked: kind === proposed, disabled: off });
    return el("label", { className: "choice" }, input, " ", label);
  });
}

function engineChoice(engine) {
  const where = engine.remote ? "remote" : "this machine";
  const state = engine.error ? "does not load" : engine.paused ? "paused" : where;
  return el("option", { value: engine.name }, `${engine.name} (${state})`);
}

function fill(select, pairs) {
  const before = select.value;
  show(select, pairs.map(([value, label]) => el("option", { value }, label)));
  if (pairs.some(([value]) => value === before)) select.value = before;
}

function field(id, label, control) {
  return el("div", { className: "field" }, el("label", { htmlFor: id }, label), control);
}

function text(id, label, value, properties = {}) {
  const input = { id, type: "text", value, autocomplete: "off" };
  return field(id, label, el("input", { ...input, ...properties }));
}

function placeFields(kind, proposed) {
  if (kind === "edit") return [];
  if (kind === "fill") return [text("fill", "A timecode in the gap", proposed.fill)];
  const stills = proposed.stills.map(({ timecode, name }) => {
    const input = el("input", { type: "checkbox", name: "still", value: timecode, checked: true });
    return el("label", { className: "choice" }, input, ` ${timecode} ${name}`);
  });
  return [
    el("div", { className: "pair" }, text("at", "Begins at (timecode)", proposed.at),
      text("duration", "Length (frames)", proposed.duration, { inputMode: "numeric" })),
    stills.length ? el("fieldset", {},
      el("legend", {}, "Passes through these frames of the timeline"), stills) : null,
    text("camera", "Camera", "", { placeholder: "zoom in 6% ease-in-out" }),
  ];
}

function placeValues(form) {
  const value = (id) => form.querySelector(`#${id}`)?.value ?? "";
  const stills = [...form.querySelectorAll("input[name=still]:checked")].map((one) => one.value);
  return {
    at: value("at"), duration: value("duration"), fill: value("fill"), camera: value("camera"),
    stills,
  };
}

function about(engine, model) {
  if (!model) return [];
  const words = Object.entries(model.words).map(([word, does]) =>
    el("li", {}, el("strong", {}, word), " ", el("span", {}, does)));
  return [
    engine.paused ? el("p", { className: "problem" }, engine.paused.message) : null,
    model.summary ? el("p", { className: "quiet" }, model.summary) : null,
    words.length ? el("details", {}, el("summary", {}, "Words it knows"),
      el("ul", { className: "rows" }, words)) : null,
  ];
}
