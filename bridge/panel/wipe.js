// The line between A and B. In: the stage it lies on. Out: a handle for pointer and keyboard.

import { el } from "./dom.js";

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
const ENDS = { Home: 0, End: 100 };

export function makeWipe(stage) {
  let at = 50; // per cent from the left
  let names = { a: "A", b: "B" };
  const handle = el("div", {
    className: "wipe", role: "slider", tabIndex: 0, "aria-label": "Wipe between A and B",
    "aria-valuemin": 0, "aria-valuemax": 100, onkeydown: byKey,
  });
  stage.append(handle);
  stage.addEventListener("pointerdown", grab);
  move(at);

  function move(percent) {
    at = Math.min(Math.max(Math.round(percent), 0), 100);
    stage.style.setProperty("--wipe", `${at}%`);
    handle.setAttribute("aria-valuenow", at);
    handle.setAttribute("aria-valuetext", `${at} % A, ${names.a}; ${100 - at} % B, ${names.b}`);
  }

  function byKey(event) {
    const step = STEPS[event.key] * (event.shiftKey ? 10 : 1);
    const target = ENDS[event.key] ?? at + step;
    if (Number.isNaN(target)) return;
    event.preventDefault();
    event.stopPropagation(); // here the arrows move the line, not the frame
    move(target);
  }

  // At full size the picture itself is for scrolling: the line alone is dragged.
  function grab(event) {
    const onLine = handle.contains(event.target);
    const grabs = stage.dataset.mode === "wipe" && (onLine || stage.dataset.zoom !== "full");
    if (!grabs || event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const { left, width } = stage.getBoundingClientRect();
    const follow = ({ clientX }) => move(((clientX - left) * 100) / width);
    const loose = new AbortController();
    stage.setPointerCapture(event.pointerId);
    stage.addEventListener("pointermove", follow, { signal: loose.signal });
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, () => loose.abort(), { signal: loose.signal });
    }
    follow(event);
  }

  return {
    handle,
    name(given) {
      names = given;
      move(at);
    },
  };
}
