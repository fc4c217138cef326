// Going through frames. In: keys and buttons. Out: `acts.key(key)` with the key of the keyboard that does
// the same, `acts.go(frame)` for a timecode that was typed, `acts.trouble(words)` for one that is none.

import { button, el, words } from "./dom.js";
import { frameOf, timecodeOf } from "./timecode.js";

// What a key does while the focus is in the viewer.
export const KEYS = [
  ["Left, Right", "one frame back, one on; ten with Shift"],
  ["Home, End", "the first frame, the last"],
  ["J, K, L", "play backwards, stop, play; once more is faster"],
  ["Space", "play or stop"],
  ["M", "keyframe here"],
  ["I, O", "In and Out of a new shot"],
];

export function makeSteer(facts, acts) {
  const play = button("viewer-play", "Play", () => acts.key(" "));
  const time = el("input", { type: "text", id: "viewer-time", className: "time", autocomplete: "off",
    spellcheck: false, "aria-label": "Timecode", onchange: typed, onfocus: () => time.select() });
  const number = el("span", { className: "hint" });
  const step = (id, label, name, key) =>
    button(`viewer-${id}`, label, () => acts.key(key), { "aria-label": name });
  let now = 0;

  function typed() {
    try {
      acts.go(frameOf(time.value, facts));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      acts.trouble(error.message);
    }
    time.value = timecodeOf(now, facts);
  }

  return {
    node: el("div", { className: "steer" },
      step("back", "−1", "−1: one frame back", "ArrowLeft"), play,
      step("on", "+1", "+1: one frame on", "ArrowRight"), time, number),
    draw({ frame, subject }) {
      now = frame;
      if (document.activeElement !== time) time.value = timecodeOf(frame, facts);
      words(number, subject.isNew ? "" : `Frame ${frame - subject.first + 1} of ${subject.frames}`);
    },
    playing(speed) {
      const much = Math.abs(speed) > 1 ? `, ${Math.abs(speed)} times as fast` : "";
      words(play, speed ? `Stop${much}` : "Play");
    },
  };
}

// The key that an event says, or "" where it is meant for a field or a button.
export function keyOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return "";
  if (event.target.matches("input:not([type=file]), textarea, select")) return "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const pressed = event.target.closest("button, label, summary") && [" ", "Enter"].includes(key);
  return pressed ? "" : key;
}
