// The work on one selection: its shots, the form, the takes. In: a selection. Out: nodes, side by side.

import { card, el, show } from "./dom.js";
import { live } from "./live.js";
import { makeShots } from "./shots.js";
import { makeTakes } from "./takes.js";
import { makeViewer } from "./viewer.js";
import { makeWork } from "./work.js";

// `engines`: a promise of them, pictures do not wait for it. `acts`: {run(work), started(job)}.
// Gives {nodes, touched(), focus(), again(), close()}.
export function makeDesk(selection, engines, acts) {
  let chosen = selection.shots.length ? 0 : null; // the shot; null: there is none
  let seen = chosen; // whose takes are shown; null: those of new shots
  let work = null; // once the engines are known
  let closed = false;
  const viewer = makeViewer({ selection, changed: () => work?.changed(), moved });
  const shots = makeShots(selection, { chosen: choose });
  const takes = makeTakes({ selection, shot: chosen, live });
  const made = el("div", { className: "made" },
    card("form", "What should happen", el("p", { className: "quiet" }, "Asking the engines ...")));
  acts.run(fill);

  async function fill() {
    const found = await engines;
    if (closed) return;
    work = makeWork({ selection, engines: found, viewer, ...acts });
    if (chosen) work.show(chosen);
    show(made, work.node);
    if (document.activeElement === document.body) work.focus();
  }

  function choose(index) {
    chosen = index;
    viewer.show(index);
    work?.show(index);
    look(index);
  }

  function moved() {
    if (!work) return;
    work.moved();
    look(viewer.range() ? null : chosen);
  }

  function look(at) {
    if (at === seen) return;
    seen = at;
    takes.show(at);
  }

  return {
    nodes: [el("div", { className: "seen" }, shots.node, viewer.node), made,
      el("div", { className: "taken" }, takes.node)],
    touched: () => work?.touched() ?? false,
    focus: () => work?.focus(),
    // After a lost connection: what was asked meanwhile had no answer.
    again() {
      work?.again();
      takes.refresh();
    },
    close() {
      closed = true;
      for (const one of [work, takes, viewer, shots]) one?.close();
    },
  };
}
