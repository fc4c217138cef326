// What there is, where nothing was pushed just now. In: selections. Out: a card to choose from.

import { button, card, counted, el, when } from "./dom.js";

// `choose` is called with a selection's id.
export function chooseCard(selections, choose) {
  const rows = selections.map((one) => el("li", {},
    button(`selection-${one.id}`, nameOf(one), () => choose(one.id)),
    el("span", { className: "hint" }, `${hostOf(one)}, ${when(one.created)}`)));
  return card("selections", "Selections", rows.length
    ? el("ul", { className: "rows" }, rows)
    : el("p", { className: "quiet" }, "Select shots in your editor and press AI Edit Selection."));
}

function nameOf(selection) {
  return `${selection.facts.name || "Timeline"}: ${counted(selection.shots.length, "shot")}`;
}

const HOSTS = { resolve: "Resolve", premiere: "Premiere", file: "a timeline file" };

export function hostOf({ host }) {
  return `from ${HOSTS[host] ?? "an editor"}`;
}
