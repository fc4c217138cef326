// The strip of shots. In: the daemon's selection. Out: a card to choose from.
//
//   makeShots(selection, { chosen(index) }) -> {
//     node,
//     choose(index),         shown as chosen; `chosen` is told of what a person does
//     mark(index, words),    words at a shot: takes, a job that works on it; "" takes them away
//     close(),
//   }

import { picture } from "./api.js";
import { card, counted, el, folded, sentences } from "./dom.js";
import { inTurn } from "./lane.js";
import { lengthOf, notesOf, speedOf } from "./shotwords.js";
import { makeThumbs } from "./thumbs.js";

const LINES = 90; // of a thumbnail
const PAGE = 10; // shots of one PageDown
const RUNGS = {
  selected: "The clips that are selected in the timeline.",
  marks: "The clips between the In and Out marks.",
  colour: "The clips of the chosen clip colour.",
  playhead: "The clip under the playhead.",
  pool: "The clips that are selected in the media pool.",
  none: "Nothing was selected.",
};

export function makeShots(selection, { chosen }) {
  const { shots, facts } = selection;
  const thumbs = makeThumbs();
  const options = shots.map((shot, index) => option(shot, index, facts));
  const list = el("ul", { role: "listbox", className: "strip", "aria-labelledby": "shots-title",
    "aria-orientation": "horizontal", onkeydown: pressed, onclick: clicked }, options);
  let current = -1;

  shots.forEach((shot, index) => thumbs.watch(options[index].querySelector("canvas"), (signal) =>
    inTurn(() => poster(selection, index, signal), signal)));
  choose(0);

  function choose(index) {
    if (!options[index]) return;
    options[current]?.setAttribute("aria-selected", "false");
    options[index].setAttribute("aria-selected", "true");
    current = index;
    reach(index);
    const { offsetLeft, offsetWidth } = options[index];
    if (offsetLeft < list.scrollLeft) list.scrollLeft = offsetLeft;
    else list.scrollLeft = Math.max(list.scrollLeft, offsetLeft + offsetWidth - list.clientWidth);
  }

  // The one stop of the Tab key.
  function reach(index) {
    for (const one of list.querySelectorAll("[tabindex='0']")) one.tabIndex = -1;
    options[index].tabIndex = 0;
  }

  function clicked(event) {
    const index = options.indexOf(event.target.closest("li"));
    if (index < 0) return;
    choose(index);
    chosen(index);
  }

  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = options.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1,
      PageDown: at + PAGE, PageUp: at - PAGE, Home: 0, End: options.length - 1 }[event.key];
    if (to !== undefined) {
      const index = Math.min(Math.max(to, 0), options.length - 1);
      reach(index);
      options[index].focus();
    } else if (event.key === "Enter" || event.key === " ") clicked(event);
    else return;
    event.preventDefault();
  }

  return {
    node: card("shots", shots.length ? counted(shots.length, "shot") : "No shots", found(selection),
      shots.length ? list : null, leftOut(selection.left_out),
      sentences("To know", selection.warnings)),
    choose,
    mark(index, words) {
      const place = options[index]?.querySelector(".mark");
      if (!place) return;
      place.textContent = words;
      place.hidden = !words;
    },
    close: thumbs.close,
  };
}

// Of the middle of the shot.
async function poster(selection, index, signal) {
  const first = Math.floor((selection.shots[index].frames - 1) / 2);
  const path = `/v1/selections/${selection.id}/shots/${index}/strip`;
  const { bitmap, width, height } =
    await picture(`${path}?first=${first}&count=1&step=1&height=${LINES}`, signal);
  return { bitmap, x: 0, width, height };
}

function option(shot, index, facts) {
  const place = shot.name && shot.place ? el("span", { className: "hint" }, shot.place) : null;
  const speed = speedOf(shot);
  return el(
    "li",
    { role: "option", id: `shot-${index}`, tabIndex: -1, "aria-selected": "false" },
    el("canvas", { width: 160, height: LINES, "aria-hidden": "true" }),
    el("strong", {}, shot.name || shot.place),
    place,
    el("span", { className: "time" }, shot.record_timecode),
    el("span", { className: "hint" }, lengthOf(shot.frames, facts.rate)),
    speed ? el("span", { className: "hint" }, speed) : null,
    notesOf(shot, facts).map((words) => el("span", { className: "heed" }, words)),
    el("span", { className: "mark", hidden: true }),
  );
}

function found({ shots, host_state: state }) {
  const none = state?.action === "generate"
    ? "No clip is selected: a new shot will be made." : "No clip here can be worked on.";
  const how = state ? RUNGS[state.rung] ?? `Found by ${state.rung}.` : "";
  const words = [how, shots.length ? "" : none].filter(Boolean).join(" ");
  return words ? el("p", { className: "quiet" }, words) : null;
}

function leftOut(clips) {
  return folded(`${clips.length} left out`, clips.map((one) => el(
    "li",
    {},
    el("strong", {}, one.name || one.place),
    one.name ? el("span", { className: "hint" }, one.place) : null,
    el("span", {}, one.error.message),
    one.error.hint ? el("span", { className: "hint" }, one.error.hint) : null,
  )));
}
