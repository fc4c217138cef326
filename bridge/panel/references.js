// Pictures that guide the work. In: keyframes of the viewer, files, frames. Out: what a recipe takes.

import { Refused, picture } from "./api.js";
import { button, el, keyed, say, show, words } from "./dom.js";
import { sent, takesDrops } from "./pictures.js";
import { text } from "./place.js";
import { frameOf } from "./timecode.js";
import { draw } from "./thumbs.js";

const LINES = 90;
const TYPES = ".png,.jpg,.jpeg,.tif,.tiff,.webp,.exr,image/*";

// `viewer` may be null: then there are files only. `changed` is for what no input event tells.
export function makeReferences(selection, viewer, changed) {
  const windows = new Map(); // text of a window's two ends, by the keyframe's timecode
  let references = []; // {key, name, image | moment, strip}
  let limits = null;
  const said = el("p", { className: "problem", role: "alert" });
  const stills = el("div");
  const unused = el("p", { className: "hint", hidden: true });
  const list = el("ul", { className: "pictures" });
  const rows = keyed(list, ({ key }) => key, makeRow);
  const here = button("reference-here", "The viewer's frame", takeFrame, { className: "chip" });
  const input = el("input", { type: "file", id: "reference-file", accept: TYPES, className: "unseen",
    onchange() {
      const [chosen] = input.files;
      input.value = "";
      if (chosen) takeFile(chosen);
    } });
  const place = el("fieldset", { id: "references" }, el("legend", {}, "References"), list,
    el("div", { className: "chips" }, viewer ? here : null,
      el("label", { className: "file", htmlFor: "reference-file" }, input, "Picture file ...")), said);
  takesDrops(place, takeFile);

  function takeFrame() {
    const moment = viewer.timecode();
    const strip = `/v1/selections/${selection.id}/moment?at=${encodeURIComponent(moment)}`;
    add({ key: moment, name: moment, moment, strip });
  }

  async function takeFile(chosen) {
    words(said, "");
    try {
      const { id, name, image } = await sent(chosen);
      add({ key: id, name, image, strip: `/v1/stills/${id}/strip?` });
    } catch (error) {
      if (!(error instanceof Refused || error instanceof RangeError)) throw error;
      words(said, `${error.message} ${error.hint ?? ""}`);
    }
  }

  function add(reference) {
    references = [...references.filter(({ key }) => key !== reference.key), reference];
    rows(references);
    say(`${reference.name} is a reference.`);
    changed();
  }

  function makeRow(reference) {
    const away = button(`away-${reference.key}`, "Remove", () => {
      references = references.filter(({ key }) => key !== reference.key);
      rows(references);
      here.focus();
      changed();
    }, { className: "quiet", "aria-label": `Remove ${reference.name}` });
    const canvas = el("canvas", { width: 160, height: LINES, "aria-hidden": "true" });
    thumbnail(canvas, reference.strip);
    return { node: el("li", {}, canvas, el("span", {}, reference.name), away), update() {} };
  }

  // The keyframes as the viewer has them; each with its window, where the model takes windows.
  function drawStills() {
    const all = viewer?.keyframes() ?? [];
    const keyframes = limits?.keyframes ? all : [];
    unused.hidden = !limits || keyframes.length === all.length;
    for (const at of windows.keys()) {
      if (!keyframes.some((one) => one.at === at)) windows.delete(at);
    }
    const facts = [limits?.windows, ...keyframes.flatMap(({ at, name }) => [at, name])].join();
    if (stills.dataset.facts === facts) return;
    stills.dataset.facts = facts;
    show(stills, keyframes.length && limits.windows ? el("details", { open: windows.size > 0 },
      el("summary", {}, "Between which frames each keyframe works"),
      keyframes.map((one, place) => windowRow(one, place))) : null);
  }

  function windowRow({ at, name }, place) {
    if (!windows.has(at)) windows.set(at, ["", ""]);
    const ends = windows.get(at);
    const fields = ["It works from", "Until, not in it"].map((label, end) => text(`window-${place}-${end}`, label,
      ends[end], { placeholder: at, oninput: (event) => {
        ends[end] = event.target.value.trim();
      } }));
    return el("fieldset", {}, el("legend", {}, `${at} ${name}`),
      el("div", { className: "pair" }, fields.map((field) => field.node)));
  }

  function windowOf(at) {
    const [from, to] = windows.get(at) ?? ["", ""];
    return limits.windows && from && to ? { window: `${from}-${to}` } : {};
  }

  return {
    node: el("div", {}, unused, stills, place),
    // `takers`: names of the engine's models that take keyframes
    update(newLimits, takers) {
      limits = newLimits;
      words(unused, "The model takes no keyframes: those under the picture are not used."
        + (takers.length ? ` These do: ${takers.join(", ")}.` : ""));
      place.hidden = !limits?.references;
      drawStills();
    },
    keyframes: () => (limits?.keyframes ? viewer?.keyframes() ?? [] : []).map((one) =>
      ({ ...stillOf(one), ...windowOf(one.at) })),
    values: () => (place.hidden ? { references: [], reference_frames: [] } : {
      references: references.map(({ image }) => image).filter(Boolean),
      reference_frames: references.map(({ moment }) => moment).filter(Boolean),
    }),
    faults() {
      const most = limits?.references ?? 0;
      const many = !place.hidden && references.length > most;
      const wrong = limits?.windows ? [...windows].map(([at, ends]) => windowFault(at, ends, selection)) : [];
      return {
        ...(many ? { References: `The model takes ${most}. Remove some.` } : {}),
        ...Object.assign({}, ...wrong),
      };
    },
  };
}

// As `StillIn` has it.
export function stillOf({ at, image, frame_of: frameOf }) {
  return image ? { at, image } : { at, frame_of: frameOf };
}

function windowFault(at, [from, to], { facts }) {
  if (!from && !to) return {};
  const label = `Window of ${at}`;
  if (!from || !to) return { [label]: "Say both ends, or none." };
  try {
    const [first, end, still] = [from, to, at].map((moment) => frameOf(moment, facts));
    return first <= still && still < end ? {} : { [label]: "The keyframe lies outside of it." };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { [label]: error.message };
  }
}

async function thumbnail(canvas, strip) {
  try {
    const { bitmap, width, height } = await picture(`${strip}&height=${LINES}`);
    draw(canvas, { bitmap, x: 0, width, height });
    bitmap.close();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    canvas.hidden = true; // its name still stands there
  }
}
