// A and B in turn, in one place. In: what to do when the other one is shown. Out: its controls.
//
// By hand as often as somebody likes; by itself one change in half a second, which is far below the
// three flashes a second that WCAG 2.3.1 allows, and never where less motion is asked for.

import { button, el } from "./dom.js";

const EACH = 500; // ms

export function makeFlicker(shows) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = "b";
  let timer = null;
  const other = button("flicker-other", "", () => byHand(opposite()));
  const automatic = el("input", {
    type: "checkbox", id: "flicker-automatic", onchange: () => run(automatic.checked),
  });
  const why = el("span", { className: "hint" }, "Off, because this system asks for less motion.");
  const node = el("div", { className: "flicker" }, other,
    el("label", { className: "choice" }, automatic, " Change by itself, twice a second"), why,
    el("span", { className: "hint" }, "Hold F to see the other one."));
  still.addEventListener("change", quieten);
  quieten();
  turn("b");

  function opposite() {
    return shown === "a" ? "b" : "a";
  }

  function turn(side) {
    shown = side;
    other.textContent = `Show ${opposite().toUpperCase()}`;
    shows(side);
  }

  function byHand(side) {
    run(false);
    turn(side);
  }

  function run(on) {
    clearInterval(timer);
    timer = on && !still.matches ? setInterval(each, EACH) : null;
    automatic.checked = timer !== null;
  }

  function each() {
    if (still.matches) run(false);
    else turn(opposite());
  }

  function quieten() {
    automatic.disabled = still.matches;
    why.hidden = !still.matches;
    if (still.matches) run(false);
  }

  return {
    node,
    flip: () => byHand(opposite()),
    stop() {
      run(false);
      turn("b");
    },
    close() {
      run(false);
      still.removeEventListener("change", quieten);
    },
  };
}
