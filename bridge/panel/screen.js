// The picture of the current frame. In: a subject (subject.js), a frame. Out: a canvas that shows
// exactly it, or says that it is not there yet.
//
// `node.dataset.state`: exact, loading (what lies nearest is shown dimmed), none (words say why);
// `canvas.dataset.frame`: the record frame that is drawn, where it is the exact one.

import { Lost, Refused } from "./api.js";
import { el, words } from "./dom.js";
import { draw } from "./thumbs.js";

const LINES = [90, 180, 360, 720]; // heights asked for
const UNREAD = "The picture could not be fetched. Step to another frame and back to try once more.";

export function makeScreen() {
  const canvas = el("canvas", { role: "img", "aria-label": "Picture to come" });
  const note = el("p", { className: "note" });
  const node = el("div", { className: "screen" }, canvas, note);
  let current = null; // {subject, frame, name}
  let lines = 0; // of what was asked for last
  const sizes = new ResizeObserver(() => current && wanted() > lines && ask());
  sizes.observe(canvas);

  function wanted() {
    const seen = canvas.clientHeight * devicePixelRatio;
    return LINES.find((height) => height >= seen) ?? LINES.at(-1);
  }

  function show(subject, frame, name) {
    current = { subject, frame, name };
    canvas.setAttribute("aria-label", `Picture at ${name}`);
    ask();
  }

  async function ask() {
    const mine = current;
    const { pictures, place } = mine.subject;
    lines = wanted();
    const there = pictures.there(place(mine.frame), lines);
    if (there) exact(there);
    else meanwhile();
    try {
      // asked for in any case: so is what comes next fetched ahead
      const picture = await pictures.at(place(mine.frame), lines);
      if (mine !== current) refine();
      else if (!there) exact(picture);
    } catch (error) {
      if (mine === current && error.name !== "AbortError") none(error);
    }
  }

  function exact(picture) {
    draw(canvas, picture);
    state("exact", "");
    canvas.dataset.frame = current.frame;
  }

  function meanwhile() {
    const { subject, frame, name } = current;
    const near = subject.pictures.near(subject.place(frame));
    if (near) draw(canvas, near);
    else blank(canvas.width, canvas.height);
    state("loading", `Loading ${name}`);
  }

  // Something came that is not wanted any more: it may lie nearer than what is shown.
  function refine() {
    if (node.dataset.state === "loading") meanwhile();
  }

  function none(error) {
    blank(canvas.width, canvas.height);
    state("none", wordsOf(error, current.name));
  }

  function state(now, said) {
    delete canvas.dataset.frame;
    node.dataset.state = now;
    node.setAttribute("aria-busy", String(now === "loading"));
    words(note, said);
  }

  // Black, in that shape: nothing moves when the picture comes.
  function blank(width, height) {
    Object.assign(canvas, { width: Math.round((LINES[0] * width) / height), height: LINES[0] });
  }

  return {
    node,
    show,
    blank,
    ask,
    close: () => sizes.disconnect(),
    // Why there is no picture of the frame, or "".
    trouble: () => (node.dataset.state === "none" ? note.textContent : ""),
  };
}

function wordsOf(error, name) {
  if (error.code === "clip_not_found") return `The timeline shows nothing at ${name}: there is a gap.`;
  const known = error instanceof Refused || error instanceof Lost;
  return known ? [error.message, error.hint].filter(Boolean).join(" ") : UNREAD;
}
