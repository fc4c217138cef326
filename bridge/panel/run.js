// One shot of a job. In: how it stands. Out: a row; its buttons retry it, or decide about it.

import { button, el, part, problem, words } from "./dom.js";
import { STATUS, price } from "./jobwords.js";

const STAGES = {
  waiting: "Waiting",
  extract: "Reading the frames",
  render: "Rendering",
  collect: "Fetching the result",
  conform: "Fitting it to the shot",
  done: "Done",
};
export const FAILED = ["failed", "cancelled"];

// `acts`: {retry(shot), decide(shot, ran)}.
export function makeShot(shot, job, acts) {
  const name = shot.name || shot.place || "new shot";
  const state = el("span", { className: "state" });
  const bar = el("progress", { max: 1, "aria-label": `Progress of ${name}` });
  const note = el("span", { className: "hint" });
  const more = el("div");
  const draw = part(more);
  const node = el("li", {}, el("strong", {}, name), state, bar, note, more);
  return {
    node,
    // `shot.ended`: whether its job is.
    update(shot) {
      node.className = shot.status;
      words(state, stateWords(shot));
      words(note, shot.note);
      bar.hidden = shot.status !== "running";
      if (shot.progress === null) bar.removeAttribute("value");
      else bar.value = shot.progress;
      const { status, error, attempt, ended } = shot;
      draw([status, error, attempt, ended], () => moreOf(shot, job, acts));
    },
  };
}

function stateWords(shot) {
  if (shot.status !== "running") return STATUS[shot.status] ?? shot.status;
  const percent = shot.progress === null ? "" : `, ${Math.floor(shot.progress * 100)} %`;
  return `${STAGES[shot.stage] ?? shot.stage}${percent}`;
}

function moreOf(shot, job, acts) {
  const failed = shot.ended && FAILED.includes(shot.status);
  return [
    ["done", "cancelled"].includes(shot.status) ? null : problem(shot.error),
    shot.status === "uncertain" ? decision(shot, job, acts) : null,
    failed
      ? button(`retry-${job}-${shot.id}`, `Try again${price([shot])}`, () => acts.retry(shot.id))
      : null,
  ];
}

// What is known of a render that may have been charged, and the two answers there are.
function decision(shot, job, acts) {
  const known = (shot.error?.detail?.evidence ?? []).map((one) => el("li", {}, one.sentence));
  const id = `ran-${job}-${shot.id}`;
  const name = el("input", {
    id, type: "text", maxLength: 200, autocomplete: "off", required: true, pattern: "[!-~]+",
    title: "The name, without spaces",
  });
  const ran = (event) => {
    event.preventDefault();
    acts.decide(shot.id, name.value.trim());
  };
  return el("div", { className: "decision" },
    known.length ? el("ul", { className: "notes" }, known) : null,
    el("p", {}, "Look at the list of work on the engine's own page, then say what is true. ",
      "It is not sent again by itself."),
    button(`not-${job}-${shot.id}`, "It did not run", () => acts.decide(shot.id, null)),
    el("form", { onsubmit: ran },
      el("div", { className: "field" },
        el("label", { htmlFor: id }, "It ran: the engine's name for the work"), name),
      el("button", { id: `yes-${job}-${shot.id}` }, "It ran: fetch the result")));
}
