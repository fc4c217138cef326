// The queue: every job, a page at a time, live. In: `/v1/queue`, marks. Out: rows that stay in place.

import { get } from "./api.js";
import { button, counted, el, keyed, say } from "./dom.js";
import { byPlace, lineOf, nameOf, statusWords } from "./jobwords.js";
import { makeRow } from "./line.js";
import { looker } from "./looks.js";

const PAGE = 50;
const OLD = 5; // jobs beyond the first page that are looked at together
const TICK = 1000; // ms between two words about the time that passes

// `acts`: {run(work), selection(id), count(open jobs)}.
export function makeQueue(acts) {
  const list = el("ul", { className: "rows jobs" });
  const none = el("p", { className: "quiet", hidden: true }, "No job was started yet.");
  const older = button("older", "Show older", () => acts.run(showOlder), { hidden: true });
  const lines = new Map(); // id: JobLineOut
  const marked = new Set(); // ids of which something was heard
  const lookAtAll = looker(() => acts.run(refresh));
  const lookAt = looker((id) => acts.run(() => shown.get(id)?.look()));
  const rows = keyed(list, (line) => line.id, (line) => makeRow(line, { ...acts, mark, lookAt }));
  let shown = rows([]); // id: row
  let more = false;

  function mark(id) {
    marked.add(id);
    lookAtAll("");
    if (shown.get(id)?.open) lookAt(id);
  }

  async function refresh() {
    const heard = new Set(marked);
    marked.clear();
    const answer = await get(`/v1/queue?limit=${PAGE}`);
    if (lines.size <= PAGE) more = answer.jobs.length === PAGE;
    for (const line of answer.jobs) {
      heard.delete(line.id);
      told(line);
    }
    acts.count(answer.open);
    draw();
    await lookAtOld([...heard].filter((id) => lines.has(id)));
    return answer;
  }

  // Those beyond the first page: a few at a time, the others when it is their turn.
  async function lookAtOld(ids) {
    ids.slice(OLD).forEach(mark);
    const jobs = ids.slice(0, OLD).map((id) => get(`/v1/jobs/${encodeURIComponent(id)}`));
    for (const job of await Promise.all(jobs)) told(lineOf(job, lines.get(job.id)));
    if (jobs.length) draw();
  }

  function told(line) {
    const before = lines.get(line.id);
    if (before && before.status !== line.status) say(`${nameOf(line)}: ${statusWords(line)}`);
    lines.set(line.id, dated(line));
  }

  function draw() {
    shown = rows([...lines.values()].sort(byPlace));
    none.hidden = lines.size > 0;
    older.hidden = !more;
  }

  async function showOlder() {
    const last = [...lines.values()].sort(byPlace).at(-1);
    const { jobs } = await get(`/v1/queue?limit=${PAGE}&before=${encodeURIComponent(last.id)}`);
    for (const line of jobs) lines.set(line.id, dated(line));
    more = jobs.length === PAGE;
    draw();
    shown.get((jobs[0] ?? last).id).focus();
    say(jobs.length ? `${counted(jobs.length, "job")} more.` : "These are all.");
  }

  setInterval(() => {
    if (!document.hidden) for (const row of shown.values()) row.tick();
  }, TICK);

  return {
    nodes: [none, list, el("p", { className: "buttons" }, older)],
    refresh,
    mark,
    // It is not known what happened meanwhile.
    markAll() {
      for (const id of shown.keys()) if (shown.get(id).open) mark(id);
      lookAtAll("");
    },
    async unfold(id, focused) {
      if (!shown.has(id)) await refresh();
      shown.get(id)?.unfold();
      if (focused) shown.get(id)?.focus();
    },
  };
}

function dated(line) {
  return { ...line, at: Date.parse(line.created) };
}
