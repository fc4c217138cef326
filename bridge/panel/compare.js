// Two takes, or a take and its original, at one record frame. In: a pair (pairing.js). Out: a card.
//
//   makeCompare({ facts, used }) -> {
//     node,
//     show(pair, words),   null: nothing can be compared, `words` say why
//     close(),
//   }
//
// `used()`: somebody looks at this very pair, so it is not exchanged by itself.

import { Lost, Refused } from "./api.js";
import { button, card, el, part, problem } from "./dom.js";
import { makeFlicker } from "./flicker.js";
import { Frames } from "./frames.js";
import { makeTransport } from "./pairbar.js";
import { makePlayer } from "./pairplay.js";
import { MOST_LINES, makeStage } from "./pairstage.js";
import { timecodeOf } from "./timecode.js";
import { makeWipe } from "./wipe.js";

const MODES = { side: "Side by side", wipe: "Wipe", flicker: "Flicker" };

export function makeCompare({ facts, used }) {
  const stage = makeStage(() => pair && stage.lines(pair.b) > lines && player.again());
  const wipe = makeWipe(stage.node);
  const flicker = makeFlicker((side) => stage.lay({ shown: side }));
  const transport = makeTransport({ act });
  const words = el("p", { className: "quiet" });
  const trouble = el("div", { role: "alert" });
  const tell = part(trouble);
  const modes = Object.entries(MODES).map(([mode, label]) =>
    button(`compare-${mode}`, label, () => lay({ mode })));
  const zoom = button("compare-zoom", "", () => lay({ zoom: laid.zoom === "fit" ? "full" : "fit" }));
  const bar = el("div", { className: "versus-bar", role: "group", "aria-label": "How it is compared" },
    modes, zoom);
  const shown = el("div", {}, bar, stage.node, transport.node, flicker.node, trouble);
  const node = card("compare", "Compare", words, shown);
  node.tabIndex = -1; // a click anywhere in it brings the keys here
  node.addEventListener("keydown", pressed);
  node.addEventListener("keyup", released);
  node.addEventListener("pointerdown", used);

  const go = (frames) => () => player.to(player.at() + frames);
  const acts = {
    ArrowLeft: go(-1), ArrowRight: go(1), "shift ArrowLeft": go(-10), "shift ArrowRight": go(10),
    Home: () => player.to(0),
    End: () => player.to(player.frames - 1),
    " ": () => player.toggle(),
    j: () => player.shuttle(-1),
    k: () => player.pause(),
    l: () => player.shuttle(1),
    loop: () => player.loop(transport.looped()),
  };
  const laid = { mode: "side", zoom: "fit" };
  const kept = new Map(); // path -> Frames
  let pair = null;
  let player = null;
  let lines = 0; // of the pictures drawn last
  show(null, "");

  function show(next, why = "") {
    words.textContent = why;
    words.hidden = !why;
    shown.hidden = !next;
    const record = pair && player ? pair.start + player.at() : null;
    if (JSON.stringify(next) === JSON.stringify(pair)) return;
    player?.close();
    player = null;
    pair = next;
    keepOnly(next ? [next.a, next.b].filter(Boolean) : []);
    if (!next) return;
    stage.shape(next.b);
    wipe.name({ a: next.a?.name, b: next.b.name });
    lay({});
    player = makePlayer({ frames: next.frames, rate: next.rate, show: render, changed: told });
    player.loop(transport.looped());
    player.to(record === null ? 0 : record - next.start);
    told();
  }

  function keepOnly(sides) {
    const paths = sides.map(({ path }) => path);
    for (const [path, frames] of kept) {
      if (paths.includes(path)) continue;
      frames.close();
      kept.delete(path);
    }
    for (const { path, frames } of sides) {
      if (!kept.has(path)) kept.set(path, new Frames(path, frames));
    }
  }

  function lay(changes) {
    Object.assign(laid, changes);
    const mode = pair?.a ? laid.mode : "side";
    flicker.stop();
    stage.lay({ mode, zoom: laid.zoom, alone: String(!pair?.a) });
    for (const [at, name] of Object.keys(MODES).entries()) {
      modes[at].setAttribute("aria-pressed", String(name === mode));
      modes[at].hidden = !pair?.a;
    }
    zoom.textContent = pair?.b.height > MOST_LINES ? `${MOST_LINES} lines` : "100 %";
    zoom.setAttribute("aria-pressed", String(laid.zoom === "full"));
    wipe.handle.hidden = mode !== "wipe";
    flicker.node.hidden = mode !== "flicker";
    player?.again();
  }

  // Both or none: a side that cannot be shown stays empty and says why.
  async function render(frame) {
    const current = pair;
    const asked = stage.lines(current.b);
    const sides = [current.a, current.b];
    const found = await Promise.allSettled(sides.map((side) =>
      side && kept.get(side.path).at(side.first + frame, asked)));
    if (current !== pair) return;
    const [a, b] = found.map(({ value }) => value ?? null);
    const names = { a: current.a?.name, b: current.b.name };
    const timecode = timecodeOf(current.start + frame, facts);
    const moment = { frame, frames: current.frames, timecode };
    lines = asked;
    stage.draw({ a, b }, names, moment);
    transport.show(moment);
    const failed = found.map(({ reason }, at) => reason && refusal(sides[at].name, reason));
    const problems = failed.filter(Boolean);
    tell(problems, () => problems.map(problem));
  }

  function told() {
    transport.playing(player?.step() ?? 0);
  }

  function act(key) {
    const does = typeof key === "number" ? () => player.to(key) : acts[key];
    if (!does) return false;
    used();
    does();
    return true;
  }

  function pressed(event) {
    if (!player || event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === " " && event.target.closest("button, input[type=checkbox]")) return;
    if (event.target.closest(".view") && laid.zoom === "full" && key.length > 1) return; // scrolls
    if (key === "f" && laid.mode === "flicker") {
      if (!event.repeat) flicker.flip();
    } else if (!act(event.shiftKey && key.startsWith("Arrow") ? `shift ${key}` : key)) return;
    event.preventDefault();
  }

  function released(event) {
    if (event.key.toLowerCase() === "f" && laid.mode === "flicker") flicker.flip();
  }

  return {
    node,
    show,
    close() {
      show(null);
      flicker.close();
      stage.close();
    },
  };
}

function refusal(name, error) {
  if (error instanceof Refused || error instanceof Lost) {
    return { message: `${name}: ${error.message}`, hint: error.hint };
  }
  const hint = "Step to another frame and back to try once more.";
  return { message: `${name}: the picture could not be fetched.`, hint };
}
