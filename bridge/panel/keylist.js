// The keyframes as a list, and the ways to add one. In: keyframes. Out: a card part; what a person does
// is told to `acts`:
//
//   here()                    a keyframe of the current frame
//   edge("in"|"out")          the current picture, from elsewhere, for the first or last frame
//   file(file)                a picture file for the current frame
//   save()                    the current frame as a file
//   fromEditor(moments)       [{frame, name}] of the editor's playhead or markers
//   stood(keyframe, frame), removed(keyframe), moved(frame)

import { picture } from "./api.js";
import { button, counted, el, keyed, words } from "./dom.js";
import { refusal } from "./keyframes.js";
import { makeChooser } from "./pictures.js";
import { draw } from "./thumbs.js";
import { frameIn, frameOf, timecodeOf } from "./timecode.js";

const LINES = 60;

export function makeKeylist(selection, acts) {
  const { facts, host_state: state } = selection;
  const here = button("keyframe-here", "Keyframe here", acts.here, { title: "M" });
  const first = button("keyframe-first", "This picture as first frame", () => acts.edge("in"));
  const last = button("keyframe-last", "This picture as last frame", () => acts.edge("out"));
  const chooser = makeChooser(acts.file);
  const save = button("frame-save", "Save this frame", acts.save,
    { title: "To paint on. Then drop it here." });
  const stood = frameIn(state?.playhead, facts);
  const playhead = stood === null ? [] : [{ frame: stood, name: "playhead" }];
  const fromPlayhead = button("keyframe-playhead", "", () => acts.fromEditor(inside(playhead)));
  const fromMarkers = button("keyframe-markers", "", () => acts.fromEditor(inside(markersOf(state))));
  const rows = el("ul", { className: "rows keyframes" });
  const fill = keyed(rows, ({ id }) => id, makeRow);
  const none = el("p", { className: "quiet" },
    "None yet. Make one of this frame; or save the frame, paint on it, and drop it here.");
  let span = null;

  function inside(moments) {
    return moments.filter(({ frame }) => span && frame >= span.first && frame <= span.last);
  }

  function makeRow(keyframe) {
    let now = keyframe;
    const canvas = el("canvas", { width: 107, height: LINES, "aria-hidden": "true" });
    const trouble = el("span", { className: "problem" });
    const outside = el("span", { className: "problem" });
    const time = el("input", { type: "text", className: "time", autocomplete: "off", spellcheck: false,
      "aria-label": `Time of ${now.name}`, onchange: () => moved() });
    const node = el("li", {}, canvas, el("div", {}, time, el("span", {}, now.name), outside, trouble),
      el("div", { className: "buttons" },
        el("button", { type: "button", onclick: () => acts.moved(now.frame),
          "aria-label": `Go to ${now.name}` }, "Go there"),
        el("button", { type: "button", onclick: () => acts.removed(now),
          "aria-label": `Remove ${now.name}` }, "Remove")));
    fetched(now, canvas).catch((error) => words(trouble, error.message));
    function moved() {
      try {
        acts.stood(now, frameOf(time.value, facts));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        acts.trouble(error.message);
      }
      time.value = timecodeOf(now.frame, facts);
    }
    return { node, update(next) {
      now = next;
      if (document.activeElement !== time) time.value = timecodeOf(now.frame, facts);
      words(outside, now.why);
    } };
  }

  return {
    node: el("div", { className: "keylist" }, el("h3", {}, "Keyframes"),
      el("div", { className: "buttons" }, here, first, last, chooser, save, fromPlayhead, fromMarkers),
      none, rows),
    draw({ keyframes, frame, subject }) {
      ({ span } = subject);
      const outside = Boolean(span) && (frame < span.first || frame > span.last);
      here.hidden = outside;
      first.hidden = !outside;
      last.hidden = !outside;
      chooser.hidden = outside;
      offer(fromPlayhead, inside(playhead), () => `At the editor's playhead, ${state.playhead}`);
      offer(fromMarkers, inside(markersOf(state)),
        (found) => `At the editor's ${counted(found.length, "marker")}`);
      none.hidden = keyframes.length > 0;
      // the edges of a new shot may have moved
      fill(keyframes.map((one) => ({ ...one, why: refusal(one.frame, span, facts) })));
    },
  };
}

async function fetched({ strip }, canvas) {
  const { bitmap, width, height } = await picture(`${strip}&height=${LINES}`);
  draw(canvas, { bitmap, x: 0, width, height });
  canvas.dataset.state = "there";
}

function offer(control, found, label) {
  control.hidden = !found.length;
  if (found.length) words(control, label(found));
}

function markersOf(state) {
  const named = new Map();
  for (const { frame, name, colour } of state?.markers ?? []) {
    if (!named.has(frame)) named.set(frame, { frame, name: name || `${colour} marker` });
  }
  return [...named.values()];
}
