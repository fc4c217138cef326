// What there is, where nothing was pushed just now. In: selections, jobs. Out: cards to choose from.

import { button, card, counted, el } from "./dom.js";
import { statusOf } from "./job.js";

// `acts`: {selection(id), job(id)}.
export function chooseCards({ selections, jobs }, acts) {
  const empty = "Select shots in Resolve and press AI Edit Selection.";
  return [
    card(
      "selections",
      "Selections",
      selections.length
        ? el("ul", { className: "rows" }, selections.map((one) => selectionRow(one, acts)))
        : el("p", { className: "quiet" }, empty),
    ),
    jobs.length
      ? card("jobs", "Jobs", el("ul", { className: "rows" }, jobs.map((one) => jobRow(one, acts))))
      : null,
  ];
}

function selectionRow(selection, acts) {
  const label = `${selection.facts.name || "Timeline"}: ${counted(selection.shots.length, "shot")}`;
  return el(
    "li",
    {},
    button(`selection-${selection.id}`, label, () => acts.selection(selection.id)),
    el("span", { className: "hint" }, when(selection.created)),
  );
}

function jobRow(job, acts) {
  const label = `${job.prompt || job.kind} (${job.timeline_name})`;
  return el(
    "li",
    {},
    button(`job-${job.id}`, label, () => acts.job(job.id)),
    el("span", {}, statusOf(job)),
    el("span", { className: "hint" }, when(job.created)),
  );
}

function when(time) {
  return new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
