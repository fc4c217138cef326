// The ruler: time from left to right. In: a subject, the current frame, keyframes. Out: what a person
// does with mouse, finger or keys, told to `acts`:
//
//   moved(frame)             the playhead was set
//   stood(keyframe, frame)   a keyframe was dragged or pushed; removed(keyframe)
//   edge("in"|"out", frame)  an edge of the new shot was moved
//
// Frames are record frames from the timeline's start.

import { el, keyed } from "./dom.js";
import { draw } from "./thumbs.js";
import { timecodeOf } from "./timecode.js";

const FILM = 8; // pictures behind the ruler
const FILM_LINES = 45;
const SLACK = 4; // pixels a press may move and still be a press
const HOW = "Left and Right move it, with Shift by ten frames.";

export function makeRuler(facts, acts) {
  const film = el("div", { className: "film", "aria-hidden": "true" });
  const range = el("div", { className: "range", "aria-hidden": "true" });
  const keys = el("div", { className: "keys" });
  const edges = { in: edge("in", "In"), out: edge("out", "Out") };
  const playhead = slider("playhead", "Playhead");
  const track = el("div", { className: "track" }, film, range, playhead, edges.in, edges.out, keys);
  const ends = [el("span", { className: "time" }), el("span", { className: "time" })];
  const node = el("div", { className: "ruler" }, track, el("div", { className: "ends" }, ends));
  const fill = keyed(keys, ({ id }) => id, makeKey);
  let subject = null;
  let unrolled = null; // whose pictures lie behind the ruler

  drag(track, acts.moved);

  function draws({ subject: now, frame, keyframes }) {
    subject = now;
    const { span, isNew } = subject;
    put(playhead, frame);
    fill(keyframes.map((one) => ({ ...one }))); // where each stands depends on the ruler, too
    range.hidden = !span || !isNew;
    for (const name of ["in", "out"]) {
      edges[name].hidden = range.hidden;
      if (!range.hidden) put(edges[name], name === "in" ? span.first : span.last);
    }
    if (!range.hidden) {
      range.style.setProperty("--from", share(span.first - subject.first));
      range.style.setProperty("--to", share(span.last + 1 - subject.first));
    }
  }

  function share(frames) {
    return `${(100 * frames) / subject.frames}%`;
  }

  // In the middle of its frame.
  function put(thing, frame) {
    thing.style.setProperty("--at", share(frame - subject.first + 0.5));
    if (thing.getAttribute("role") !== "slider") return;
    thing.setAttribute("aria-valuemin", String(subject.first));
    thing.setAttribute("aria-valuemax", String(subject.last));
    thing.setAttribute("aria-valuenow", String(frame));
    thing.setAttribute("aria-valuetext", timecodeOf(frame, facts));
  }

  function slider(className, label, properties = {}) {
    return el("div", { className, role: "slider", tabIndex: 0, "aria-label": label, ...properties });
  }

  function edge(name, label) {
    const made = slider(`edge ${name}`, label, { hidden: true, onkeydown: (event) => {
      const step = stepOf(event);
      if (step) taken(event, () => acts.edge(name, valueOf(made) + step));
    } });
    drag(made, (frame) => acts.edge(name, frame), () => valueOf(made));
    return made;
  }

  function makeKey(first) {
    let keyframe = first;
    const made = el("button", { type: "button", className: "key", "aria-description":
      `Enter goes there. ${HOW} Delete removes it.`, onkeydown: (event) => {
      const step = stepOf(event);
      if (step) taken(event, () => acts.stood(keyframe, keyframe.frame + step));
      if (["Delete", "Backspace"].includes(event.key)) taken(event, () => acts.removed(keyframe));
    }, onclick: () => acts.moved(keyframe.frame) });
    drag(made, (frame) => frame !== keyframe.frame && acts.stood(keyframe, frame), () => keyframe.frame);
    return { node: made, update(now) {
      keyframe = now;
      put(made, now.frame);
      const words = `Keyframe ${timecodeOf(now.frame, facts)}, ${now.name}`;
      if (made.title !== words) made.title = words;
      made.setAttribute("aria-label", words);
    } };
  }

  // `told(frame)`: where the pointer is; of what is `held`, where it is dragged to. A press that stays
  // where it was moves nothing that is held.
  function drag(place, told, held = null) {
    let from = null; // {x, frame}
    let moving = false;
    place.addEventListener("pointerdown", (event) => {
      if (event.button || (!held && event.target.closest(".key, .edge"))) return;
      from = { x: event.clientX, frame: held?.() };
      moving = !held;
      place.setPointerCapture(event.pointerId);
      if (held) return;
      told(under(event));
      playhead.focus({ preventScroll: true });
      event.preventDefault();
    });
    place.addEventListener("pointermove", (event) => {
      if (!from) return;
      const away = event.clientX - from.x;
      moving ||= Math.abs(away) >= SLACK;
      if (moving) told(held ? onRuler(from.frame + Math.round(framesIn(away))) : under(event));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      place.addEventListener(end, () => {
        from = null;
      });
    }
  }

  function framesIn(pixels) {
    return (pixels * subject.frames) / track.clientWidth;
  }

  function under(event) {
    return onRuler(subject.first + Math.floor(framesIn(event.clientX - track.getBoundingClientRect().left)));
  }

  function onRuler(frame) {
    return Math.min(Math.max(frame, subject.first), subject.last);
  }

  async function unroll() {
    const mine = subject;
    unrolled = mine;
    film.replaceChildren();
    const found = await mine.film(FILM, FILM_LINES, mine).catch(() => []);
    if (mine !== unrolled) return;
    film.replaceChildren(...found.map((picture) => {
      const canvas = el("canvas", { width: 80, height: FILM_LINES });
      if (picture) draw(canvas, picture);
      return canvas;
    }));
  }

  return {
    node,
    playhead,
    // Another subject, or the same with another place in time.
    show(next) {
      subject = next;
      ends[0].textContent = timecodeOf(next.first, facts);
      ends[1].textContent = timecodeOf(next.last, facts);
      unroll();
    },
    draw: draws,
  };
}

function stepOf(event) {
  const way = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key] ?? 0;
  return way * (event.shiftKey ? 10 : 1);
}

function valueOf(slider) {
  return Number(slider.getAttribute("aria-valuenow"));
}

function taken(event, act) {
  act();
  event.preventDefault();
  event.stopPropagation();
}
