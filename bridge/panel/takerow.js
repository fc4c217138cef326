// One take in the list. In: the take, what is chosen. Out: a row; its controls call `acts`.

import { el, sentences, words } from "./dom.js";
import { Frames } from "./frames.js";
import { nameOf } from "./pairing.js";
import { makeSureness } from "./sureness.js";
import { STATUS, factsOf, lineageOf } from "./takewords.js";

const LINES = 72; // of a thumbnail

// `acts`: {pick(side, id), mark(id, on)}; `facts` of the timeline; `thumbs`: thumbs.js.
export function makeTakeRow({ take }, { facts, thumbs, acts }) {
  const { id } = take;
  const name = nameOf(take);
  const status = el("span", { className: "take-status" });
  const sides = { a: radio("a"), b: radio("b") };
  const marked = el("input", {
    type: "checkbox", id: `mark-${id}`, "aria-label": `${name} into a new timeline`,
    onchange: () => acts.mark(id, marked.checked),
  });
  const fresh = el("span", { className: "take-fresh" }, "New");
  const node = el("li", { className: "take" }, thumbnail(take, thumbs),
    el("div", { className: "take-words" },
      el("p", {}, el("strong", {}, name), " ", status, " ", fresh),
      el("p", { className: "take-prompt" }, take.prompt || "No words."),
      el("p", { className: "facts" }, factsOf(take).map((fact) => el("span", {}, fact))),
      makeSureness(take, facts), sentences("To know", take.warnings), lineage(take, facts)),
    el("div", { className: "take-picks" }, label(sides.a, "A"), label(sides.b, "B"),
      label(marked, "Timeline")));

  function radio(side) {
    return el("input", {
      type: "radio", name: `compare-${side}`, id: `${side}-${id}`,
      "aria-label": `${name} as ${side.toUpperCase()}`, onchange: () => acts.pick(side, id),
    });
  }

  return {
    node,
    // {take, a, b, marked, fresh}: whether it is A or B, chosen for a new timeline, not seen before
    update(now) {
      node.dataset.status = now.take.status;
      words(status, STATUS[now.take.status] ?? now.take.status);
      sides.a.checked = now.a;
      sides.b.checked = now.b;
      marked.checked = now.marked;
      fresh.hidden = !now.fresh;
    },
  };
}

// The original: what A is where nothing else is chosen.
export function makeOriginalRow(acts) {
  const radio = el("input", {
    type: "radio", name: "compare-a", id: "a-original", "aria-label": "Original as A",
    onchange: () => acts.pick("a", null),
  });
  const node = el("p", { className: "take original" }, el("strong", {}, "Original"),
    el("span", { className: "take-picks" }, label(radio, "A")));
  return {
    node,
    update(chosen) {
      radio.checked = chosen;
    },
  };
}

function label(control, text) {
  return el("label", { htmlFor: control.id, title: control.ariaLabel }, control, " ", text);
}

function thumbnail(take, thumbs) {
  const width = Math.round((LINES * take.width) / take.height);
  const canvas = el("canvas", { width, height: LINES, "aria-hidden": "true" });
  thumbs.watch(canvas, async (signal) => {
    const frames = new Frames(`/v1/takes/${encodeURIComponent(take.id)}/strip?of=take`, take.frames);
    signal.addEventListener("abort", () => frames.close());
    return (await frames.some(1, LINES))[0];
  });
  return canvas;
}

// Built when somebody opens it.
function lineage(take, facts) {
  const rows = () => lineageOf(take, facts).map(([name, text]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, text)));
  const open = () => node.children.length > 1 || node.append(el("dl", {}, rows()));
  const node = el("details", { ontoggle: open }, el("summary", {}, "Where it comes from"));
  return node;
}
