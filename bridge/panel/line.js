// One job in the queue. In: its line of `/v1/queue`. Out: a row that is told of changes.

import { credits, el, when, words } from "./dom.js";
import { makeJob } from "./job.js";
import { nameOf, statusWords, timeWords } from "./jobwords.js";

// `acts`: of the queue. What is in the row is made when it is opened for the first time.
export function makeRow(line, acts) {
  const about = [line.timeline_name, line.model, when(line.created)].filter(Boolean).join(", ");
  const inside = el("div", { id: `in-${line.id}`, className: "inside", hidden: true });
  const head = el("button", {
    type: "button", id: `job-${line.id}`, className: "head", onclick: () => turn(inside.hidden),
    "aria-expanded": "false", "aria-controls": inside.id,
  }, nameOf(line));
  const state = el("span", { className: "state" });
  const time = el("span", { className: "quiet time" });
  const bar = el("progress", { max: 1, "aria-label": `Progress of ${nameOf(line)}`, hidden: true });
  const node = el("li", {}, el("h3", {}, head), el("p", { className: "facts" }, state, time), bar,
    el("p", { className: "hint" }, about), inside);
  let now = line;
  let job = null;

  function turn(open) {
    inside.hidden = !open;
    head.setAttribute("aria-expanded", String(open));
    if (!open) return;
    if (!job) inside.append((job = makeJob(line, { ...acts, left: () => head.focus() })).node);
    acts.lookAt(line.id);
  }

  function tick() {
    words(time, timeWords(now, Date.now()));
  }

  return {
    node,
    update(line) {
      now = line;
      node.className = `job ${line.status}`;
      const paid = line.credits > 0 ? `, ${credits(line.credits)}` : "";
      words(state, `${statusWords(line)}${paid}`);
      bar.hidden = line.status !== "running";
      if (line.progress === null) bar.removeAttribute("value");
      else bar.value = line.progress;
      tick();
    },
    tick,
    focus: () => head.focus(),
    unfold: () => turn(true),
    look: async () => job?.look(),
    get open() {
      return !inside.hidden;
    },
  };
}
