// The keyboard. In: what single keys do everywhere. Out: they do it; a sheet that names all keys.

import { el, show } from "./dom.js";
import { KEYS as VIEWER } from "./steer.js";

const OFF = "nle-bridge-keys-off";
const SHEET = [
  ["Everywhere", [
    ["?", "this sheet; Esc closes it"],
    ["S", "to the shot"],
    ["P", "to the prompt"],
    ["Q", "to the queue"],
  ]],
  ["In the strip of shots", [
    ["Left, Right", "the shot before, the one after"],
    ["Home, End", "the first, the last"],
  ]],
  ["In the viewer", VIEWER],
  ["In the comparison", [
    ["The viewer's keys", "the same, on both sides; no keyframes, no In and Out"],
    ["F", "hold it to see the other picture"],
  ]],
];

// `acts`: {key: function}, letters in lower case; none acts while somebody types.
export function startKeys(acts) {
  const sheet = document.getElementById("sheet");
  const all = { ...acts, "?": open };

  function open() {
    show(sheet, sheetOf(() => sheet.close()));
    sheet.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (sheet.open || types(event.target) || localStorage.getItem(OFF)) return;
    const act = all[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.getElementById("help").addEventListener("click", open);
}

function types(target) {
  return target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

// Single keys get in the way of those who speak to their machine: they can be turned off.
function sheetOf(close) {
  const turned = (event) => {
    if (event.target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  };
  const on = { type: "checkbox", id: "keys-on", checked: !localStorage.getItem(OFF), onchange: turned };
  return [
    el("h2", { id: "sheet-title" }, "Keys"),
    SHEET.map(([title, keys]) => [
      el("h3", {}, title),
      el("dl", {}, keys.map(([key, does]) =>
        el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)))),
    ]),
    el("label", { className: "choice" }, el("input", on), " Single keys act everywhere"),
    el("p", { className: "buttons" },
      el("button", { type: "button", id: "sheet-close", autofocus: true, onclick: close }, "Close")),
  ];
}
