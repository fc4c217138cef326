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
  const trouble = el("div");
  const choice = el("div", { className: "decision" });
  // apart: what is being typed stays where more is learnt meanwhile
  const [drawTrouble, drawChoice] = [part(trouble), part(choice)];
  const node = el("li", {}, el("strong", {}, name), state, bar, note, trouble, choice);
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
      drawTrouble([status, error], () => troubleOf(shot));
      // the job may end while somebody types which work it was: that is no other question
      const asked = status === "uncertain" ? [status, attempt] : [status, attempt, ended];
      drawChoice(asked, () => choiceOf(shot, job, acts));
    },
  };
}

function stateWords(shot) {
  if (shot.status !== "running") return STATUS[shot.status] ?? shot.status;
  const percent = shot.progress === null ? "" : `, ${Math.floor(shot.progress * 100)} %`;
  return `${STAGES[shot.stage] ?? shot.stage}${percent}`;
}

// Of a render that may have been charged also what is known of it.
function troubleOf({ status, error }) {
  if (!error || ["done", "cancelled"].includes(status)) return [];
  if (status !== "uncertain") return problem(error);
  const known = error.detail?.evidence ?? [];
  return [problem({ message: error.message }), known.map((one) => el("p", {}, one.sentence))];
}

function choiceOf(shot, job, acts) {
  if (shot.status === "uncertain") return decision(shot, job, acts);
  if (!shot.ended || !FAILED.includes(shot.status)) return [];
  const label = `Try again${price([shot])}`;
  return button(`retry-${job}-${shot.id}`, label, () => acts.retry(shot.id));
}

// There are two answers.
function decision(shot, job, acts) {
  const id = `ran-${job}-${shot.id}`;
  const name = el("input", {
    id, type: "text", maxLength: 200, autocomplete: "off", required: true, pattern: "[!-~]+",
    title: "The name, without spaces",
  });
  const ran = (event) => {
    event.preventDefault();
    acts.decide(shot.id, name.value.trim());
  };
  return [
    el("p", {}, "Look at the list of work on the engine's own page, then say what is true. ",
      "It is not sent again by itself."),
    button(`not-${job}-${shot.id}`, "It did not run", () => acts.decide(shot.id, null)),
    el("form", { onsubmit: ran },
      el("div", { className: "field" },
        el("label", { htmlFor: id }, "It ran: the engine's name for the work"), name),
      el("button", { id: `yes-${job}-${shot.id}` }, "It ran: fetch the result")),
  ];
}
