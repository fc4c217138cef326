// Where a new shot goes. In: a range of record frames, the editor's marks. Out: fields, and what a
// person says with them: `acts.ranged({first, frames})`, `acts.edge("in"|"out")` at the playhead.

import { button, el, words } from "./dom.js";
import { frameIn, frameOf, nominalOf, timecodeOf } from "./timecode.js";

const USUAL = 2; // s that a new shot has where only one of its edges was said

const LENGTH = "A length is a number of frames, one at least.";

// The range with one edge elsewhere; the other edge stays, or goes along where it would be passed.
export function edged(range, edge, frame, facts) {
  const usual = USUAL * nominalOf(facts.rate);
  const at = Math.max(0, frame);
  const length = range?.frames ?? usual;
  if (edge === "in") {
    const end = range ? range.first + range.frames : 0;
    return { first: at, frames: end > at ? end - at : length };
  }
  const first = range && range.first <= at ? range.first : Math.max(0, at - length + 1);
  return { first, frames: at - first + 1 };
}

// Of a timecode and a length, as a form has them; null where it names no place.
export function rangeFrom(at, duration, facts) {
  const first = frameIn(String(at ?? ""), facts);
  const frames = duration > 0 ? Number(duration) : USUAL * nominalOf(facts.rate);
  return first === null ? null : { first, frames };
}

// The editor's own In and Out, or null.
export function marked(state, facts) {
  return state?.marked_frames > 0 ? rangeFrom(state.mark_in, state.marked_frames, facts) : null;
}

export function makeRange(selection, acts) {
  const { facts, host_state: state } = selection;
  const field = (id, label, properties) => el("div", { className: "field" },
    el("label", { htmlFor: id }, label),
    el("input", { id, type: "text", autocomplete: "off", spellcheck: false,
      "aria-describedby": "range-trouble", onchange: typed, ...properties }));
  const fields = [field("range-in", "In (first frame)"), field("range-out", "Out (last frame)"),
    field("range-length", "Length (frames)", { inputMode: "numeric" })];
  const [from, to, length] = fields.map((one) => one.querySelector("input"));
  const trouble = el("p", { id: "range-trouble", className: "problem", role: "alert" });
  const marks = marked(state, facts);
  const node = el("fieldset", { className: "range-fields" },
    el("legend", {}, "Where the new shot goes"),
    el("div", { className: "trio" }, fields), trouble,
    el("div", { className: "buttons" },
      button("range-in-here", "In here", () => acts.edge("in"), { title: "I" }),
      button("range-out-here", "Out here", () => acts.edge("out"), { title: "O" }),
      marks ? button("range-marks", "The editor's In and Out", () => acts.ranged(marks)) : null));

  function typed({ target }) {
    try {
      acts.ranged(read(target));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      words(trouble, error.message);
      target.setAttribute("aria-invalid", "true");
    }
  }

  // What was typed last counts; a length moves Out, and In or Out change the length.
  function read(target) {
    const first = from.value.trim() ? frameOf(from.value, facts) : null;
    if (target === length || (target === from && !to.value.trim())) {
      const frames = Number(length.value || USUAL * nominalOf(facts.rate));
      if (!(Number.isInteger(frames) && frames > 0)) throw new RangeError(LENGTH);
      if (first === null) throw new RangeError("Say first where the new shot begins.");
      return { first, frames };
    }
    if (!to.value.trim()) throw new RangeError("Say where the new shot ends.");
    const last = frameOf(to.value, facts);
    if (first === null) return edged(null, "out", last, facts);
    if (last < first) throw new RangeError(`Out ${to.value} lies before In ${from.value}.`);
    return { first, frames: last - first + 1 };
  }

  return {
    node,
    show(range) {
      from.value = range ? timecodeOf(range.first, facts) : "";
      to.value = range ? timecodeOf(range.first + range.frames - 1, facts) : "";
      length.value = range ? String(range.frames) : "";
      for (const input of [from, to, length]) input.removeAttribute("aria-invalid");
      words(trouble, "");
    },
  };
}
