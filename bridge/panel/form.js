// The form. In: selection, engines, viewer (or null), what to do on a change. Out: its node, its values.

import { makeCamera } from "./camera.js";
import { card, el } from "./dom.js";
import { makeEngine } from "./engine.js";
import { makeOptions } from "./options.js";
import { makePlace } from "./place.js";
import { makePrompt } from "./prompt.js";
import { KINDS, missing, proposal, waysFor } from "./recipe.js";
import { makeReferences } from "./references.js";
import { makeTerms } from "./terms.js";
import { wordsOf } from "./moves.js";

export function makeForm({ selection, engines, viewer = null, changed }) {
  const proposed = proposal(selection);
  const parts = {
    place: makePlace(selection, proposed, viewer),
    prompt: makePrompt(all),
    engine: makeEngine(engines),
    options: makeOptions(),
    camera: makeCamera(all),
    pictures: makeReferences(selection, viewer, all),
    terms: makeTerms(selection),
  };
  const options = folded("options", "Options of the model", parts.options.node);
  const kinds = el("fieldset", { className: "kinds" }, el("legend", {}, "What to make"),
    choices(selection, proposed.kind));
  const form = el("form", { onsubmit: (event) => event.preventDefault() }, kinds, parts.place.node,
    parts.prompt.node, parts.engine.node, parts.pictures.node, parts.camera.node, options,
    ...parts.terms.nodes, folded("expert", "For experts", ...parts.terms.expert));
  const kind = () => form.querySelector("input[name=kind]:checked")?.value ?? "generate";
  let way; // of the model: what it takes
  let shown = ""; // kind of work

  form.addEventListener("input", (event) => {
    if (event.target.type !== "file") all();
  });
  update();

  // Everything that follows from kind, engine and model.
  function update() {
    if (shown !== kind()) {
      shown = kind();
      parts.place.show(shown);
    }
    const found = parts.engine.update(shown, hasStills());
    if (found !== way || !way) {
      way = found;
      parts.options.update(way);
      options.hidden = !parts.options.count();
    }
    parts.prompt.update(way, shown);
    parts.pictures.update(way?.limits, takers());
    parts.camera.update(shown !== "edit" && Boolean(way?.limits.camera),
      Object.keys(way?.words ?? {}).length > 0);
    parts.terms.update(shown, Boolean(parts.engine.chosen()?.remote) || paid(way));
    if (shown === "generate") parts.place.look();
    viewer?.camera?.(shown === "edit" ? "" : parts.camera.moves().map(wordsOf).join(" "));
  }

  function all() {
    update();
    changed();
  }

  // A gap and a clip's end have a still of their own: the neighbour's frame.
  function hasStills() {
    return ["fill", "extend"].includes(kind()) || (viewer?.keyframes() ?? []).length > 0
      || parts.place.stills(kind()).length > 0;
  }

  function takers() {
    const ways = parts.engine.chosen() ? waysFor(parts.engine.chosen(), shown) : [];
    return [...new Set(ways.filter(({ limits }) => limits.keyframes).map(({ name }) => name))];
  }

  function keyframes() {
    const marked = parts.place.stills(kind()).map(({ at, frame_of }) => ({ at, frame_of }));
    const own = parts.pictures.keyframes();
    return [...marked.filter((one) => !own.some((other) => other.at === one.at)), ...own];
  }

  function values() {
    return {
      kind: kind(),
      prompt: parts.prompt.value(),
      engine: parts.engine.engine(),
      model: parts.engine.model(),
      way,
      place: parts.place.values(),
      keyframes: keyframes(),
      camera: parts.camera.values(),
      options: parts.options.values(),
      ...parts.pictures.values(),
      ...parts.terms.values(),
      faults: faults(),
    };
  }

  function faults() {
    const camera = parts.camera.fault();
    return { ...parts.place.faults(kind()), ...(camera ? { Camera: camera } : {}),
      ...parts.options.faults(), ...parts.pictures.faults(), ...parts.terms.faults() };
  }

  // Work goes on with the shot that was chosen.
  function chosen(shot) {
    if (kind() === "extend") parts.place.goOnFrom(shot.place);
    else form.querySelector("#kind-edit").checked = true;
    update();
  }

  return {
    node: card("form", "What should happen", form),
    chosen,
    kind,
    engine: parts.engine.chosen,
    values,
    missing: () => missing(values()),
    update, // keyframes or range of the viewer are others
    refused: parts.prompt.refused,
    focus: parts.prompt.focus,
  };
}

function paid(way) {
  return way ? !way.price.known || Number(way.price.per_second) > 0 || Boolean(way.price.rule) : false;
}

function folded(id, label, ...children) {
  return el("details", { id }, el("summary", {}, label), ...children);
}

function choices(selection, proposed) {
  const { shots } = selection;
  return Object.entries(KINDS).map(([kind, label]) => {
    const off = kind === "edit" && !shots.length;
    const radio = { type: "radio", name: "kind", value: kind, id: `kind-${kind}` };
    const input = el("input", { ...radio, checked: kind === proposed, disabled: off });
    const words = kind === "edit" && shots.length === 1 ? "Change the selected shot" : label;
    return el("label", { className: "choice" }, input, ` ${words}`);
  });
}
