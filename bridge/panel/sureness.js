// How sure a take is of its frames. In: a take, the facts of its timeline. Out: a bar with its words.

import { el } from "./dom.js";
import { timecodeOf } from "./timecode.js";

const HIGH = 6; // pixels

// Nothing for a take of which nothing is told.
export function makeSureness(take, facts) {
  const { sureness, paint_next: next } = take;
  if (!sureness.length) return null;
  const lowest = Math.min(...sureness);
  const help = take.source ? "paint that frame next" : "a still there helps most"; // of a new shot
  const words = next === null
    ? `Sure throughout: ${lowest} % at least.`
    : `Least sure at ${timecodeOf(next, facts)} (${lowest} %): ${help}.`;
  return el("div", { className: "sureness" }, bar(sureness), el("p", { className: "hint" }, words));
}

// Green where it is sure, over yellow to red; each part of the take as wide as it is long.
function bar(sureness) {
  const canvas = el("canvas", { width: sureness.length, height: HIGH, "aria-hidden": "true" });
  const drawing = canvas.getContext("2d");
  sureness.forEach((percent, place) => {
    drawing.fillStyle = `hsl(${Math.round(percent * 1.2)} 60% 45%)`;
    drawing.fillRect(place, 0, 1, HIGH);
  });
  return canvas;
}
