// What came of a job, and where it lies. In: placements and the result. Out: a node, kept in step.

import { get } from "./api.js";
import { button, el, part, problem } from "./dom.js";

const STATES = {
  waiting: "Waits to be placed",
  placed: "On the timeline",
  refused: "Was not placed",
};

// Those of an editor; what was selected in a file has nobody who would place it.
export async function placementsOf(job) {
  const found = await Promise.all(Object.keys(STATES).map((state) =>
    get(`/v1/placements?job=${encodeURIComponent(job)}&state=${state}`)));
  return found
    .flatMap((answer) => answer.placements)
    .filter((one) => one.host !== "file")
    .sort((one, other) => one.instruction.record_start - other.instruction.record_start);
}

// `again` is called with a placement's id.
export function makeResult(again) {
  const node = el("div", { className: "result" });
  const draw = part(node);
  return {
    node,
    update(placements, result) {
      draw([placements, result], () => [
        placements.length ? el("h4", {}, "In the editor") : null,
        placements.length
          ? el("ul", { className: "rows" }, placements.map((one) => placementRow(one, again)))
          : null,
        files(result),
      ]);
    },
  };
}

function placementRow(placement, again) {
  const { id, state, readback, waits_for: waits } = placement;
  return el(
    "li",
    { className: state },
    el("strong", {}, placement.instruction.name ?? placement.take),
    el("span", { className: "state" }, STATES[state] ?? state),
    state === "waiting" && waits ? el("span", { className: "hint" }, waits) : null,
    state === "placed" ? el("span", { className: "hint" }, where(readback)) : null,
    state === "placed" ? notes(readback) : null,
    state === "refused" ? problem({ message: reason(readback) }) : null,
    state === "refused" ? button(`again-${id}`, "Offer again", () => again(id)) : null,
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

function files(result) {
  const rows = (result?.takes ?? []).map((take) => [take.clip || "Take", take.media]);
  if (result?.timeline) rows.push(["New timeline", result.timeline]);
  if (!rows.length) return null;
  const shown = rows.map(([label, path]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, el("code", {}, path))));
  return el("details", { open: rows.length <= 3 }, el("summary", {}, "Files"), el("dl", {}, shown));
}
