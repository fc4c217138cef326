// Who makes it. In: the engines, the kind of work. Out: engine and model, and what they can do.

import { el, problem, show } from "./dom.js";
import { limitsOf, priceOf } from "./limits.js";
import { wayOf, waysFor } from "./recipe.js";

export function makeEngine(engines) {
  const engine = el("select", { id: "engine" }, engines.map(engineChoice));
  const model = el("select", { id: "model" });
  const about = el("div", { id: "about-model" });
  model.setAttribute("aria-describedby", "about-model");
  const chosen = () => engines.find((one) => one.name === engine.value);
  let drawn = "";

  // Engines that can do nothing of this kind are off; the models follow the engine.
  function update(kind, stills) {
    for (const option of engine.options) {
      const one = engines.find(({ name }) => name === option.value);
      option.disabled = Boolean(one.error) || !waysFor(one, kind).length;
    }
    const able = [...engine.options].filter((option) => !option.disabled);
    if (!able.includes(engine.selectedOptions[0])) engine.value = able[0]?.value ?? "";
    const ways = chosen() ? waysFor(chosen(), kind) : [];
    fill(model, [...new Map(ways.map((way) => [way.name, way])).values()]);
    draw(kind, stills);
    return way(kind, stills);
  }

  function way(kind, stills) {
    return chosen() ? wayOf(chosen(), model.value, kind, stills) : undefined;
  }

  function draw(kind, stills) {
    const taken = way(kind, stills);
    const facts = [engine.value, model.value, kind, taken?.door].join(" ");
    if (facts === drawn) return;
    drawn = facts;
    const off = engines.filter((one) => one.error);
    show(about, taken ? aboutOf(chosen(), taken, kind) : null,
      off.map((one) => problem({ ...one.error, message: `${one.name}: ${one.error.message}` })));
  }

  return {
    node: el("div", {}, el("div", { className: "pair" }, field("engine", "Engine", engine),
      field("model", "Model", model)), about),
    update,
    engine: () => engine.value,
    model: () => model.value,
    chosen,
  };
}

function field(id, label, control) {
  return el("div", { className: "field" }, el("label", { htmlFor: id }, label), control);
}

function engineChoice(engine) {
  const where = engine.remote ? "remote" : "this machine";
  const state = engine.error ? "does not load" : engine.paused ? "paused" : where;
  return el("option", { value: engine.name }, `${engine.name} (${state})`);
}

function fill(select, models) {
  const before = select.value;
  const names = models.map((one) => one.name);
  if (names.join() === [...select.options].map((option) => option.value).join()) return;
  show(select, models.map((one) => {
    const price = one.price.known ? "" : " (price not known)";
    return el("option", { value: one.name }, `${one.name}${price}`);
  }));
  if (names.includes(before)) select.value = before;
}

function aboutOf(engine, taken, kind) {
  const others = waysFor(engine, kind).filter((one) => one.name === taken.name && one !== taken);
  return [
    engine.paused ? problem(engine.paused) : null,
    taken.summary ? el("p", { className: "quiet" }, `${taken.summary}.`) : null,
    el("details", {}, el("summary", {}, "What it takes and costs"),
      el("ul", { className: "plain" },
        [...limitsOf(taken), priceOf(taken)].map((line) => el("li", {}, line)),
        taken.door ? el("li", {}, `By its door ${taken.door}.`) : null,
        others.map((other) => el("li", {}, `Also by ${other.door}: ${other.summary}.`)))),
  ];
}
