// The preview: a quick, small look at what would come. In: recipes. Out: a card that plays it.
//
//   makePreview({selection, viewer}) -> {node, turn(recipe, shot), want(recipe, shot), off(reason),
//     moved(), close()}

import { Refused, picture } from "./api.js";
import { button, card, el, problem, show, words } from "./dom.js";
import { Frames } from "./frames.js";
import { looker } from "./look.js";
import { makePlayer } from "./pairplay.js";
import { draw } from "./thumbs.js";

const LINES = 180; // of the pictures that play
const ACROSS = 4; // pictures of the first strip in a row
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function makePreview({ selection, viewer }) {
  const canvas = el("canvas", { width: 320, height: LINES, role: "img", "aria-label": "Preview" });
  const said = el("p", { className: "quiet", role: "status" });
  const trouble = el("div");
  const where = el("span", { className: "time" });
  const play = button("preview-play", "Play", () => player?.toggle());
  const back = button("preview-back", "Frame back", () => step(-1));
  const on = button("preview-on", "Frame on", () => step(1));
  const before = button("preview-before", "Before", () => flip(!flipped), { "aria-pressed": "false" });
  const controls = el("div", { className: "buttons", hidden: true }, play, back, on, before, where);
  const screen = el("div", { className: "looked", hidden: true }, canvas);
  const node = card("preview", "Preview", said, trouble, screen, controls);
  let shot = null; // index of the one that is shown; null: a new shot
  let made = null; // Frames of the preview
  let original = null; // Frames of the shot
  let player = null;
  let flipped = false; // the original is shown
  let paused = still.matches;
  let at = 0;
  let shown = ""; // preview and stage on the screen
  let wanted = ""; // what it is a preview of
  const look = looker(told);

  // ---- what there is

  async function told(preview, error) {
    show(trouble, problem(error ?? preview?.error));
    if (error) wanted = "";
    if (error || preview.state === "failed") words(said, "There is no preview of this.");
    else if (!preview.revision) words(said, "Making a preview ...");
    else if (shown !== `${preview.id} ${preview.stage}`) {
      shown = `${preview.id} ${preview.stage}`;
      screen.classList.remove("stale");
      if (preview.stage === "strip") await drawStrip(preview);
      else loop(preview);
    }
  }

  async function drawStrip({ id, shown: { first, count, step: by } }) {
    stop();
    const part = `first=${first}&count=${count}&step=${by}&height=90`;
    const { bitmap, count: there } = await picture(`/v1/previews/${id}/strip?${part}`);
    if (!shown.startsWith(id)) return;
    const [width, height] = [bitmap.width / there, bitmap.height];
    canvas.width = width * Math.min(ACROSS, there);
    canvas.height = height * Math.ceil(there / ACROSS);
    const pen = canvas.getContext("2d");
    for (let place = 0; place < there; place += 1) {
      const [x, y] = [place % ACROSS, Math.floor(place / ACROSS)];
      pen.drawImage(bitmap, place * width, 0, width, height, x * width, y * height, width, height);
    }
    bitmap.close();
    screen.hidden = false;
    words(said, `Preview: ${there} pictures of it. The rest follows.`);
  }

  // The whole shot, again and again, from where the one before stood.
  function loop({ id, frames, rate, width, height }) {
    stop();
    made = new Frames(`/v1/previews/${id}/strip?`, frames);
    original = shot === null ? null
      : new Frames(`/v1/selections/${selection.id}/shots/${shot}/strip?`, frames);
    before.hidden = !original;
    player = makePlayer({ frames, rate, show: showFrame, changed: playing });
    screen.hidden = controls.hidden = false;
    words(said, `Preview at ${width} x ${height}: quick and small. The take is made in full.`);
    player.to(Math.min(at, frames - 1));
    if (!paused) player.toggle();
    playing();
  }

  async function showFrame(frame) {
    at = frame;
    const from = flipped && original ? original : made;
    try {
      draw(canvas, await from.at(frame, LINES));
    } catch (error) {
      if (error instanceof Refused) show(trouble, problem(error));
      else if (error.name !== "AbortError") throw error;
      return;
    }
    const side = original ? `${flipped ? "Before" : "After"}, frame` : "Frame";
    words(where, `${side} ${frame + 1} of ${player?.frames ?? ""}`);
  }

  // ---- what a person does

  function playing() {
    const going = Boolean(player?.step());
    words(play, going ? "Pause" : "Play");
    if (player && going) paused = false;
  }

  function step(by) {
    paused = true;
    player?.to(Math.min(Math.max(at + by, 0), player.frames - 1));
  }

  function flip(to) {
    flipped = to;
    before.setAttribute("aria-pressed", String(flipped));
    player?.again();
  }

  function stop() {
    player?.close();
    made?.close();
    original?.close();
    player = made = original = null;
    controls.hidden = true;
  }

  function blank() {
    stop();
    wanted = "";
    shown = "";
    screen.hidden = true;
    show(trouble);
  }

  play.addEventListener("click", () => {
    paused = !player?.step();
  });

  return {
    node,
    // Something else is about to be wanted.
    turn(recipe, index) {
      if (JSON.stringify([recipe, index]) !== wanted) screen.classList.add("stale");
    },
    async want(recipe, index) {
      const now = JSON.stringify([recipe, index]);
      if (now === wanted) return;
      if (index !== shot) {
        blank();
        at = 0;
      }
      wanted = now;
      shot = index;
      screen.classList.add("stale");
      try {
        await look({ selection: selection.id, recipe, shot: index ?? 0 });
      } catch (error) {
        wanted = "";
        throw error;
      }
    },
    off(reason) {
      blank();
      words(said, reason);
      return look(null);
    },
    // The viewer's frame, after the change.
    moved() {
      const first = shot === null ? null : selection.shots[shot].record_start;
      const frame = first === null || !viewer ? -1 : viewer.frame() - first;
      if (player && frame >= 0 && frame < player.frames && frame !== at) {
        paused = true;
        player.to(frame);
      }
    },
    close() {
      look(null);
      stop();
    },
  };
}
