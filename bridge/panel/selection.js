// What the editor selected. In: the daemon's selection. Out: a card; nothing is kept here.

import { card, counted, el, folded, seconds, sentences } from "./dom.js";

export function selectionCard(selection) {
  const { shots, left_out: leftOut, warnings, facts } = selection;
  const shown = shots.map((shot) => shotRow(shot, facts));
  const out = leftOut.map(leftOutRow);
  const none = selection.host_state?.action === "generate"
    ? "No clip is selected: a new shot will be made."
    : "No clip here can be worked on.";
  return card(
    "selection",
    "Selection",
    selection.host_state ? el("p", { className: "quiet" }, found(selection.host_state)) : null,
    shots.length ? folded(counted(shots.length, "shot"), shown) : el("p", {}, none),
    folded(`${leftOut.length} left out`, out),
    sentences("To know", warnings),
  );
}

const RUNGS = {
  selected: "The clips that are selected in the timeline.",
  marks: "The clips between the In and Out marks.",
  colour: "The clips of the chosen clip colour.",
  playhead: "The clip under the playhead.",
  pool: "The clips that are selected in the media pool.",
  none: "Nothing was selected.",
};

function found(state) {
  return RUNGS[state.rung] ?? `Found by ${state.rung}.`;
}

function shotRow(shot, facts) {
  const speed = shot.speed === "1" ? null : el("span", {}, `speed ${shot.speed}`);
  return el(
    "li",
    {},
    el("strong", {}, shot.name || shot.place),
    el(
      "span",
      { className: "facts" },
      el("span", {}, shot.place),
      el("span", { className: "time" }, shot.record_timecode),
      el("span", {}, `${counted(shot.frames, "frame")}, ${seconds(shot.frames, facts.rate)}`),
      speed,
      shot.enabled ? null : el("span", {}, "disabled"),
    ),
  );
}

function leftOutRow(one) {
  return el(
    "li",
    {},
    el("strong", {}, one.name || one.place),
    el("span", {}, one.error.message),
    one.error.hint ? el("span", { className: "hint" }, one.error.hint) : null,
  );
}
