// What is said of a take and of what may happen to it. In: values of the daemon. Out: words.

import { counted, credits, when } from "./dom.js";
import { timecodeOf } from "./timecode.js";

export const STATUS = { delivered: "Undecided", used: "Used", rejected: "Rejected" };
const EDITORS = { resolve: "Resolve", premiere: "Premiere" }; // that place takes by themselves
const PLACES = {
  above: "on a track above the original",
  take: "as a take inside the original clip",
  replace: "in the place of the original, which is kept",
  append: "at the end of the timeline",
};
const REPLACING = {
  resolve: "Resolve makes it the shown take of the original clip. The original stays there as the "
    + "other take.",
  premiere: "Premiere puts it above the original and disables the original. Nothing is deleted.",
};

// One line of facts.
export function factsOf(take) {
  const paid = take.credits > 0 ? credits(take.credits) : "no cost";
  return [`${take.engine}, ${take.model}`, when(take.created), paid];
}

// What would happen, said before it does: [decision, label, sentence].
export function decisionsFor(take, host) {
  const editor = EDITORS[host];
  const place = PLACES[take.recipe.mode] ?? PLACES.above;
  const use = editor
    ? `${editor} puts it ${place}. Where it lies there already, nothing moves.`
    : "Marks it as used. It lies on the timeline that its job wrote.";
  const replace = REPLACING[host] ?? "Marks it as used in place of its original. Write a new timeline "
    + "below for it.";
  const reject = editor
    ? "Marks it as not wanted. Where it waits to be placed, it no longer does. The file is kept."
    : "Marks it as not wanted. The file is kept.";
  const open = "Takes that decision back. What lies on a timeline stays there.";
  return [
    ["use", "Use", use],
    ["replace", "Replace", take.source && replace], // a new shot has nothing to replace
    ["reject", "Reject", reject],
    ["open", "Undecide", take.status !== "delivered" && open],
  ].filter(([, , sentence]) => sentence);
}

// Where it comes from, and where it lay then: pairs of a name and its words.
export function lineageOf(take, facts) {
  const { frames, handles, recipe, width, height } = take;
  const begins = timecodeOf(take.record_start, facts);
  const known = [
    ["File", take.media],
    ["Sound", take.sound],
    ["Made from", take.source ?? "nothing: a new shot"],
    ["Source frames", take.source_frames.map(runWords).join("; ")],
    ["On the timeline", `${begins}, ${counted(frames, "frame")}, ${take.rate} a second`],
    ["Handles", handles.head || handles.tail ? `${handles.head} before, ${handles.tail} after` : "none"],
    ["Picture", `${width} x ${height}, ${take.codec}`],
    ["Seed", take.seed === null ? "" : String(take.seed)],
    ["Camera", (recipe.camera ?? []).join(", ")],
    ["Stills", recipe.keyframes?.length ? counted(recipe.keyframes.length, "still") : ""],
    ["Options", optionWords(recipe.options)],
    ["Told by the engine", noteWords(take.notes)],
    ["Job", take.job],
    ["SHA-256", take.sha256],
    ["Made by", `NLE Bridge ${take.software}`],
  ];
  return known.filter(([, words]) => words);
}

function runWords({ first, step, count }) {
  if (count === 1) return `${first}`;
  if (step === 0) return `${first}, held for ${counted(count, "frame")}`;
  const each = Math.abs(step) === 1 ? "" : `, one in ${Math.abs(step)}`;
  return `${first} to ${first + step * (count - 1)}${each}${step < 0 ? ", backwards" : ""}`;
}

function noteWords(notes) {
  return Object.entries(notes).map(([name, text]) => `${name}: ${text}`).join("; ");
}

function optionWords(options = {}) {
  return Object.entries(options).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ");
}
