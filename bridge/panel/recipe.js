// What should be made. In: the selection, what the form says. Out: a recipe as `/v1/plans` takes it.

export const KINDS = {
  edit: "Change the selected shots",
  generate: "Make a new shot",
  fill: "Fill the gap",
};

export const MODES = {
  above: "On a new track above the original",
  take: "As a take inside the original clip",
  append: "At the end of the timeline",
  timeline: "As a whole new timeline",
};

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
  const fitting = Object.keys(MODES).filter(
    (mode) => (mode !== "take" || kind === "edit") && (mode !== "timeline" || selection.host_state),
  );
  return selection.host_state?.loose ? [] : fitting;
}

// Each name once: which of its ways in is taken, the planner decides.
export function modelsFor(engine, kind) {
  const able = engine.models.filter((model) => model.kinds.includes(engineKind(kind)));
  return [...new Map(able.map((model) => [model.name, model])).values()];
}

// `{recipe, new_timeline}` of what stands in the form.
export function order(values) {
  const recipe = {
    kind: engineKind(values.kind),
    prompt: values.prompt.trim(),
    engine: values.engine,
    model: values.model || null,
    mode: values.mode === "timeline" ? "above" : values.mode || "above",
  };
  if (values.kind === "generate") Object.assign(recipe, newShot(values));
  if (values.kind === "fill") recipe.fill = values.fill.trim();
  return { recipe, new_timeline: values.mode === "timeline" };
}

function newShot(values) {
  return {
    at: values.at.trim(),
    duration: Number(values.duration),
    keyframes: values.stills.map((timecode) => ({ at: timecode, frame_of: timecode })),
    camera: values.camera.split(",").map((move) => move.trim()).filter(Boolean),
  };
}

// What is still to be said before it is worth asking for a plan.
export function missing(values) {
  if (!values.engine) return "No engine can do this.";
  if (!values.model) return "This engine has no model for it.";
  const wordless = values.limits?.prompt === 0;
  if (values.kind === "edit" && !wordless && !values.prompt.trim()) return "Say what should change.";
  if (values.kind === "fill" && !values.fill.trim()) return "Say where the gap is.";
  if (values.kind !== "generate") return "";
  if (!values.at.trim()) return "Say where the new shot begins.";
  const length = Number(values.duration);
  return Number.isInteger(length) && length > 0 ? "" : "Say how many frames it should have.";
}
