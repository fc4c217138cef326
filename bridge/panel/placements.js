// What came of it, and where. In: placements and the result. Out: a card, or null while there is none.

import { button, card, el, problem } from "./dom.js";

const STATES = {
  waiting: "Waits to be placed",
  placed: "On the timeline",
  refused: "Was not placed",
};

// `state`: {placements, result, error, busy}; `again` is called with a placement's id.
export function resultCard({ placements, result, error, busy }, again) {
  const takes = result?.takes ?? [];
  if (!placements.length && !takes.length && !result?.timeline) return null;
  return card(
    "result",
    placements.length ? "In the editor" : "Result",
    problem(error),
    placements.length
      ? el("ul", { className: "rows" }, placements.map((one) => placementRow(one, again, busy)))
      : null,
    files(result, takes),
  );
}

function placementRow(placement, again, busy) {
  const { id, state, readback } = placement;
  return el(
    "li",
    { className: state },
    el("strong", {}, placement.instruction.name ?? placement.take),
    el("span", {}, STATES[state] ?? state),
    state === "waiting" && placement.waits_for
      ? el("span", { className: "hint" }, placement.waits_for) : null,
    state === "placed" ? el("span", { className: "hint" }, where(readback)) : null,
    state === "placed" ? notes(readback) : null,
    state === "refused" ? problem({ message: reason(readback) }) : null,
    state === "refused"
      ? button(`again-${id}`, "Offer again", () => again(id), { disabled: busy }) : null,
  );
}

function where(readback) {
  const name = readback?.track_name;
  return name ? `Track ${name}` : readback?.track ? `Video track ${readback.track}` : "";
}

function notes(readback) {
  const lines = Array.isArray(readback?.warnings) ? readback.warnings : [];
  return lines.map((words) => el("span", { className: "hint" }, String(words)));
}

function reason(readback) {
  return String(readback?.reason ?? "The editor gave no reason.");
}

function files(result, takes) {
  const rows = takes.map((take) => [take.clip || "Take", take.media]);
  if (result?.timeline) rows.push(["New timeline", result.timeline]);
  if (!rows.length) return null;
  const shown = rows.map(([label, path]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, el("code", {}, path))));
  return el("div", {}, el("h3", {}, "Files"), el("dl", { className: "files" }, shown));
}
