// Two pictures of one record frame, as the mode lays them. In: pictures. Out: what is on the page.
//
// Both canvases are drawn in one go, so that no two frames are ever seen together. Which way they lie
// (side by side, wipe, flicker) and how large is left to takes.css, by `data-` words on the stage.

import { el } from "./dom.js";
import { draw as drawOn } from "./thumbs.js";

export const MOST_LINES = 1080; // of a picture that the daemon sends
const LINES = [90, 135, 180, 270, 360, 540, 720, MOST_LINES]; // few heights, so that they are kept

export function makeStage(resized) {
  const a = makeSide("a");
  const b = makeSide("b");
  const node = el("div", { className: "versus" }, a.node, b.node);
  for (const [one, other] of [[a, b], [b, a]]) {
    one.view.addEventListener("scroll", () => other.view.scrollTo(one.view.scrollLeft, one.view.scrollTop));
  }
  const watch = new ResizeObserver(resized);
  watch.observe(node);

  return {
    node,
    // How it is laid: {mode: side|wipe|flicker, zoom: fit|full, shown: a|b, alone}
    lay(words) {
      const before = node.dataset.zoom;
      for (const [name, word] of Object.entries(words)) node.dataset[name] = word;
      const full = node.dataset.zoom === "full";
      for (const { view } of [a, b]) {
        view.tabIndex = full ? 0 : -1;
        if (node.dataset.zoom !== before) view.scrollTo(...middle(view));
      }
    },
    shape({ width, height }) {
      node.style.setProperty("--ratio", width / height);
      node.style.setProperty("--full", `${fullWidth(width, height) / devicePixelRatio}px`);
    },
    // How many lines are worth asking for.
    lines({ height }) {
      if (node.dataset.zoom === "full") return Math.min(height, MOST_LINES);
      const seen = b.view.clientHeight * devicePixelRatio;
      return Math.min(LINES.find((lines) => lines >= seen) ?? MOST_LINES, Math.max(height, 16));
    },
    // `pictures`, `names`: {a, b}, null where there is none; `moment`: {frame, timecode}.
    draw(pictures, names, moment) {
      a.draw(pictures.a, names.a, moment);
      b.draw(pictures.b, names.b, moment);
    },
    close: () => watch.disconnect(),
  };
}

function makeSide(letter) {
  const canvas = el("canvas", { role: "img", "aria-label": "Picture to come", width: 16, height: 9 });
  const view = el("div", { className: "view", role: "group" }, canvas);
  const caption = el("figcaption");
  const node = el("figure", { className: letter }, view, caption);
  const title = letter.toUpperCase();
  return {
    node,
    view,
    draw(picture, name, moment) {
      const shows = picture ? `${name}, frame ${moment.frame + 1}, ${moment.timecode}` : "no picture";
      caption.textContent = name ? `${title}: ${name}` : "";
      view.setAttribute("aria-label", `${title}, scrolls with the arrow keys at full size`);
      canvas.setAttribute("aria-label", `${title}: ${shows}`);
      canvas.dataset.frame = picture ? moment.frame : "";
      if (picture) drawOn(canvas, picture);
      else canvas.width = canvas.height = 1;
    },
  };
}

function middle(view) {
  return [(view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2];
}

// Pixels; where the daemon sends fewer lines, what it sends.
function fullWidth(width, height) {
  return Math.round((width * Math.min(height, MOST_LINES)) / height);
}
