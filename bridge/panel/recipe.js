// What should be made. In: the selection, what the form says. Out: a recipe as `/v1/plans` takes it.

export const KINDS = {
  edit: "Change the selected shots",
  generate: "Make a new shot",
  fill: "Fill a gap",
  extend: "Go on from the end of a clip",
};

export const MODES = {
  above: "On a new track above the original",
  take: "As a take inside the original clip",
  replace: "In the original's place, the original kept",
  append: "At the end of the timeline",
  timeline: "As a whole new timeline",
};

export const CODECS = {
  prores_hq: "ProRes 422 HQ",
  prores_4444: "ProRes 4444, with alpha where there is some",
  h264: "H.264, 8 bit",
};

export const FLAVOURS = {
  "": "As the timeline came",
  resolve: "DaVinci Resolve",
  premiere: "Premiere",
  otio: "Any other (plain OTIO)",
};

const BESIDE = ["take", "replace"]; // need an original
const NO_LENGTH = "Say how many frames it should have.";
export const BLANK = "\u2026"; // in a prompt: what is still to be said

// The engine's word for the kind: a gap is filled by a new shot.
export function engineKind(kind) {
  return kind === "edit" ? "edit" : "generate";
}

// What the editor's marks, markers and playhead suggest.
export function proposal(selection) {
  const state = selection.host_state;
  const marked = state?.mark_in && state.marked_frames > 0;
  return {
    kind: proposedKind(selection, marked),
    at: (marked ? state.mark_in : state?.playhead) ?? "",
    duration: marked ? String(state.marked_frames) : "",
    fill: state?.playhead ?? "",
    extend: selection.shots.at(-1)?.place ?? "",
    stills: marked ? stillsWithin(state) : [],
  };
}

function proposedKind(selection, marked) {
  const wantsNew = selection.host_state?.action === "generate";
  if (selection.shots.length && !wantsNew) return "edit";
  // a clip under the playhead: no gap there to fill
  return marked || selection.shots.length ? "generate" : "fill";
}

// Timecodes of one timeline have equal length: in the order of their letters is in that of time.
function stillsWithin(state) {
  const inside = (timecode) => timecode >= state.mark_in && timecode <= state.mark_out;
  const named = new Map();
  for (const marker of state.markers) {
    const name = marker.name || `${marker.colour} marker`;
    if (inside(marker.timecode) && !named.has(marker.timecode)) named.set(marker.timecode, name);
  }
  const { playhead } = state;
  if (playhead && inside(playhead) && !named.has(playhead)) named.set(playhead, "playhead");
  return [...named].sort().map(([timecode, name]) => ({ timecode, name }));
}

export function modesFor(selection, kind) {
  const fitting = Object.keys(MODES).filter((mode) =>
    (!BESIDE.includes(mode) || kind === "edit") && (mode !== "timeline" || selection.host_state));
  return selection.host_state?.loose ? [] : fitting;
}

// Every way of the engine's models that does this kind of work.
export function waysFor(engine, kind) {
  return engine.models.filter((model) => model.kinds.includes(engineKind(kind)));
}

// The way by which the planner will go: the first that suits the stills, else the first at all.
export function wayOf(engine, name, kind, stills) {
  const ways = waysFor(engine, kind).filter((model) => model.name === name);
  const suits = ({ limits }) => (stills ? limits.keyframes > 0 : !limits.min_keyframes);
  return ways.find(suits) ?? ways[0];
}

// `{recipe, ...terms}` of what stands in the form; what says nothing is left out.
export function order(values) {
  const recipe = {
    kind: engineKind(values.kind),
    prompt: values.prompt.trim(),
    engine: values.engine,
    model: values.model || null,
    mode: values.mode === "timeline" ? "above" : values.mode || "above",
    ...placeOf(values),
    ...told(values, ["options", "keyframes", "references", "reference_frames", "seed", "codec",
      "flavour", "out", "media_folder"]),
  };
  const terms = told(values, ["budget", "project"]);
  return { recipe, new_timeline: values.mode === "timeline", ...terms };
}

function placeOf(values) {
  const { kind, place } = values;
  if (kind === "edit") return told(values, ["handles"]);
  const camera = told(values, ["camera"]);
  if (kind === "fill") return { fill: place.fill.trim(), ...camera };
  const duration = Number(place.duration);
  if (kind === "extend") return { extend: place.extend.trim(), duration, ...camera };
  return { at: place.at.trim(), duration, ...camera };
}

function told(values, names) {
  const says = (value) => value !== undefined && value !== null && value !== ""
    && (typeof value !== "object" || Object.keys(value).length > 0);
  return Object.fromEntries(names.filter((name) => says(values[name]))
    .map((name) => [name, values[name]]));
}

// What is still to be said, or said otherwise, before it is worth asking for a plan.
export function missing(values) {
  if (!values.engine) return "No engine can do this.";
  if (!values.model) return "This engine has no model for it.";
  const [fault] = Object.entries(values.faults ?? {});
  if (fault) return `${fault[0]}: ${fault[1]}`;
  if (values.prompt.includes(BLANK)) return `Say what stands for ${BLANK} in the prompt.`;
  return missingWords(values) || missingPlace(values);
}

function missingWords(values) {
  const { limits, words } = values.way;
  if (limits.min_keyframes > values.keyframes.length) return "Put a keyframe on the shot.";
  if (values.prompt.trim()) return "";
  if (limits.min_prompt) return "Say what it should show.";
  const wordless = limits.prompt === null && !Object.keys(words).length;
  const shown = [...values.keyframes, ...values.references, ...values.reference_frames];
  if (values.kind !== "edit" || wordless || shown.length || told(values, ["options"]).options) {
    return "";
  }
  return "Say what should change.";
}

function missingPlace({ kind, place }) {
  if (kind === "edit") return "";
  if (kind === "fill") return place.fill.trim() ? "" : "Say where the gap is.";
  if (kind === "extend" && !place.extend.trim()) return "Say which clip it goes on from.";
  if (kind === "generate" && !place.at.trim()) return "Say where the new shot begins.";
  const length = Number(place.duration);
  return Number.isInteger(length) && length > 0 ? "" : NO_LENGTH;
}
