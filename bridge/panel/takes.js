// Takes of the shot that is looked at, two of them compared. In: a selection. Out: the object below.
//
//   makeTakes({ selection, shot = 0, live }) -> {
//     node,          a div of cards: the takes, the comparison, a new timeline; place it as it is
//     show(index),   another shot is looked at; null: the new shots of this timeline
//     refresh(),     ask for the takes again (events do so by themselves)
//     close(),       ends requests, playing and listening
//   }

import { Lost, Refused, get } from "./api.js";
import { makeCompare } from "./compare.js";
import { makeCutting } from "./cutting.js";
import { makeDecision } from "./decide.js";
import { button, card, counted, el, keyed, problem, say, show as put, words } from "./dom.js";
import { looker } from "./looks.js";
import { ORIGINAL, nameOf, pairOf } from "./pairing.js";
import { makeOriginalRow, makeTakeRow } from "./takerow.js";
import { makeThumbs } from "./thumbs.js";

const NEWS = /^(shot_done|job_done|job_partly|take_|placement_)/; // what may change a take

export function makeTakes({ selection, shot = 0, live }) {
  const state = {
    takes: [], error: null,
    index: selection.shots.length ? shot : null, // null: new shots
    shot: shot ?? 0, // looked at last
    picks: new Map(), // index -> {a, b}: ids of what was chosen by hand
    marked: new Set(), // ids: for a new timeline
    seen: null, // ids, once there are any to compare with
  };
  const going = new AbortController();
  const thumbs = makeThumbs();
  const parts = { facts: selection.facts, thumbs, acts: { pick, mark } }; // of a row
  const original = makeOriginalRow(parts.acts);
  const list = el("ul", { className: "takes-list" });
  const rows = keyed(list, ({ take }) => take.id, (item) => makeTakeRow(item, parts));
  const empty = el("p", { className: "quiet" });
  const trouble = el("div");
  const other = button("takes-other", "", () => show(state.index === null ? state.shot : null),
    { className: "quiet" });
  const decision = makeDecision({ host: selection.host, decided });
  const compare = makeCompare({ facts: selection.facts, used });
  const unmark = (id) => mark(id, false);
  const cutting = makeCutting(selection, { every, none: () => markAll([]), unmark });
  const listed = card("takes", "Takes", trouble, empty, original.node, list, other);
  compare.node.append(decision.node);
  const title = listed.querySelector("h2");
  const node = el("div", { className: "takes" }, listed, compare.node, cutting.node);
  for (const kind of ["pointerenter", "focusin"]) decision.node.addEventListener(kind, used);
  const look = looker(refresh);
  const offs = [
    live.on((event) => NEWS.test(event.what) && look("takes")),
    live.state((now) => now === "on" && look("takes")),
  ];
  draw();
  look("takes");

  async function refresh() {
    try {
      const path = `/v1/selections/${encodeURIComponent(selection.id)}/takes`;
      const { takes } = await get(path, going.signal);
      if (going.signal.aborted) return;
      arrived(takes);
      Object.assign(state, { takes, error: null });
    } catch (error) {
      if (going.signal.aborted) return;
      if (!(error instanceof Refused || error instanceof Lost)) throw error;
      state.error = error;
    }
    draw();
  }

  // What came while the page was open is said and marked; nothing takes the focus.
  function arrived(takes) {
    const before = new Set(state.takes.map(({ id }) => id));
    if (!state.seen) state.seen = new Set(takes.map(({ id }) => id));
    else if (takes.some(({ id }) => !before.has(id))) say("A new take is there.");
  }

  function mine() {
    return state.takes.filter((take) => take.shot_number === state.index);
  }

  // B is the newest and A the original, until somebody chooses.
  function chosen(takes) {
    const picked = state.picks.get(state.index) ?? {};
    const find = (id) => takes.find((take) => take.id === id);
    const b = find(picked.b) ?? takes.find(({ id }) => id !== picked.a) ?? takes[0] ?? null;
    const a = find(picked.a);
    return { a: a && a !== b ? a : besideOf(b, takes), b };
  }

  // A new shot has no original: the newest other take that shows the same frames.
  function besideOf(b, takes) {
    if (b?.source) return ORIGINAL;
    return takes.find((take) => take !== b && pairOf(take, b)) ?? null;
  }

  function draw() {
    const takes = mine();
    const { a, b } = chosen(takes);
    put(trouble, problem(state.error));
    words(title, titleOf(takes));
    words(empty, takes.length ? "" : "No take yet. What is made appears here by itself.");
    empty.hidden = takes.length > 0;
    original.node.hidden = !b?.source;
    original.update(a === ORIGINAL);
    rows(takes.map((take) => ({
      take, a: take === a, b: take === b,
      marked: state.marked.has(take.id), fresh: !state.seen?.has(take.id),
    })));
    drawOther();
    decision.show(b);
    compare.node.hidden = !b;
    drawPair(a, b);
    cutting.node.hidden = !state.takes.length;
    cutting.show(state.takes.filter(({ id }) => state.marked.has(id)));
  }

  function drawPair(a, b) {
    const pair = b && pairOf(a, b);
    const apart = b && !pair ? `${nameOf(a)} and ${nameOf(b)} have no frame in common.` : "";
    compare.show(pair, apart);
  }

  function titleOf(takes) {
    if (state.index === null) return `New shots, ${counted(takes.length, "take")}`;
    const { name, place } = selection.shots[state.index];
    return `${name || place}: ${counted(takes.length, "take")}`;
  }

  function drawOther() {
    const loose = state.takes.filter((take) => take.shot_number === null).length;
    const there = state.index === null ? selection.shots.length : loose;
    other.hidden = !there;
    words(other, state.index === null ? "Takes of the shot" : `New shots, ${counted(loose, "take")}`);
  }

  function pick(side, id) {
    const { a, b } = chosen(mine());
    const now = { a: a?.id ?? null, b: b?.id ?? null, [side]: id };
    // one take is not compared with itself
    if (now.a === now.b) now[side === "a" ? "b" : "a"] = null;
    state.picks.set(state.index, now);
    state.seen?.add(id);
    draw();
  }

  function used() {
    const { a, b } = chosen(mine());
    if (b) state.picks.set(state.index, { a: a?.id ?? null, b: b.id });
  }

  function mark(id, on) {
    if (on) state.marked.add(id);
    else state.marked.delete(id);
    draw();
  }

  function markAll(ids) {
    state.marked = new Set(ids);
    draw();
  }

  // The used take of every shot, else its newest that was not rejected.
  function every() {
    const ids = selection.shots.map((_, index) => {
      const takes = state.takes.filter((take) => take.shot_number === index);
      const best = takes.find(({ status }) => status === "used")
        ?? takes.find(({ status }) => status !== "rejected");
      return best?.id;
    });
    markAll(ids.filter(Boolean));
  }

  function decided(take) {
    state.takes = state.takes.map((one) => (one.id === take.id ? { ...one, ...take } : one));
    draw();
  }

  function show(index) {
    state.index = selection.shots.length ? index : null;
    state.shot = index ?? state.shot;
    draw();
  }

  return {
    node,
    show,
    refresh,
    close() {
      going.abort();
      for (const off of offs) off();
      thumbs.close();
      compare.close();
    },
  };
}
