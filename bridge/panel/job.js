// A job in full: its shots, what to do about them, what came of it. In: the daemon. Out: a node.

import { Refused, get, post } from "./api.js";
import { button, credits, el, keyed, part, problem, sentences } from "./dom.js";
import { isOpen, price } from "./jobwords.js";
import { makeResult, placementsOf } from "./placements.js";
import { FAILED, makeShot } from "./run.js";

const PLACING = 5000; // ms between looks at what an editor is asked to place

// `line`: of the queue. `acts`: {run, mark(id), lookAt(id), selection(id), left()}.
export function makeJob(line, acts) {
  const path = `/v1/jobs/${encodeURIComponent(line.id)}`;
  const places = { trouble: el("div"), buttons: el("div"), notes: el("div") };
  const draw = Object.fromEntries(Object.entries(places).map(([name, node]) => [name, part(node)]));
  const shots = el("ul", { className: "rows runs" });
  const result = makeResult((id) => act(`/v1/placements/${encodeURIComponent(id)}/again`));
  const { trouble, buttons, notes } = places;
  const node = el("div", { className: "whole" }, trouble, shots, buttons, notes, result.node);
  const retry = (shot) => act(`${path}/retry`, shot ? { shot } : {});
  const decide = (shot, ran) => act(`${path}/resolve`, { shot, ran });
  const rows = keyed(shots, (shot) => shot.id, (shot) => makeShot(shot, line.id, { retry, decide }));
  let busy = false;
  let refused = null;
  let again = 0; // timer
  let latest = null;

  async function look() {
    clearTimeout(again);
    const [job, placements] = await Promise.all([get(path), placementsOf(line.id)]);
    const ended = !isOpen(job);
    const found = ended && job.shots.some((shot) => shot.take) ? await get(`${path}/result`) : null;
    show({ job, placements, found, ended });
    if (placements.some((one) => one.state === "waiting")) watch();
  }

  // What an editor waits for is no event.
  function watch() {
    again = setTimeout(() => (node.checkVisibility() ? acts.lookAt(line.id) : watch()), PLACING);
  }

  function show(seen) {
    latest = seen;
    const { job, placements, found, ended } = seen;
    const focused = node.contains(document.activeElement);
    const failed = job.shots.filter((shot) => FAILED.includes(shot.status));
    draw.trouble([refused, job.error], () => [problem(refused), problem(job.error)]);
    rows(job.shots.map((shot) => ({ ...shot, ended })));
    draw.buttons([ended, failed.length, line.selection], () => buttonsOf(ended, failed));
    draw.notes([job.warnings, job.credits, job.price], () => notesOf(job, ended));
    result.update(placements, found);
    node.setAttribute("aria-busy", String(busy));
    // a button that had done its work is gone
    if (focused && !node.contains(document.activeElement)) acts.left();
  }

  function buttonsOf(ended, failed) {
    return el("p", { className: "buttons" },
      ended ? null : button(`cancel-${line.id}`, "Cancel", () => act(`${path}/cancel`)),
      ended && failed.length > 1
        ? button(`all-${line.id}`, `Try these ${failed.length} again${price(failed)}`, () => retry(null))
        : null,
      line.selection
        ? button(`of-${line.id}`, "Show its shots", () => acts.selection(line.selection),
          { className: "quiet" })
        : null);
  }

  async function act(where, body) {
    if (busy) return;
    busy = true;
    node.setAttribute("aria-busy", "true");
    refused = null;
    try {
      await acts.run(() => post(where, body).catch(kept));
    } finally {
      busy = false;
    }
    if (latest) show(latest);
    acts.mark(line.id);
  }

  function kept(error) {
    if (!(error instanceof Refused)) throw error;
    refused = { message: error.message, hint: error.hint };
  }

  return { node, look };
}

function notesOf(job, ended) {
  const most = !ended && job.price > 0 ? `, ${credits(job.price)} at most` : "";
  return [
    job.credits > 0 ? el("p", {}, `Paid: ${credits(job.credits)}${most}.`) : null,
    sentences("To know", job.warnings),
  ];
}
