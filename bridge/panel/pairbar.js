// Controls of one transport. In: what a key would do. Out: buttons, a frame slider, frame and timecode.

import { button, el } from "./dom.js";

// `act(key)`: the key of the keyboard that does the same, a frame number, or "loop".
export function makeTransport({ act }) {
  const frame = el("input", {
    type: "range", min: 0, step: 1, className: "versus-frame", "aria-label": "Frame",
    oninput: () => act(Number(frame.value)),
  });
  const number = el("span", { className: "versus-number" });
  const time = el("span", { className: "time" });
  const loop = el("input", {
    type: "checkbox", id: "compare-loop", checked: true, onchange: () => act("loop"),
  });
  const play = key("play", "Play", " ");
  const node = el("div", { className: "transport" },
    el("p", { className: "versus-moment" }, number, " ", time), frame,
    el("div", { className: "buttons" }, key("first", "First", "Home"),
      key("back", "−1", "ArrowLeft", "−1 frame"), play, key("on", "+1", "ArrowRight", "+1 frame"),
      key("last", "Last", "End"), el("label", { className: "choice" }, loop, " Loop")));

  function key(id, label, press, name = null) {
    return button(`compare-${id}`, label, () => act(press), { "aria-label": name });
  }

  return {
    node,
    looped: () => loop.checked,
    playing(step) {
      const speed = Math.abs(step) > 1 ? `, ${Math.abs(step)} times as fast` : "";
      play.textContent = step ? `Pause${speed}` : "Play";
    },
    // {frame, frames, timecode}; counted from 1, as a person does
    show(moment) {
      frame.max = moment.frames - 1;
      frame.value = moment.frame;
      frame.setAttribute("aria-valuetext", `Frame ${moment.frame + 1}, ${moment.timecode}`);
      number.textContent = `Frame ${moment.frame + 1} of ${moment.frames}`;
      time.textContent = moment.timecode;
    },
  };
}
