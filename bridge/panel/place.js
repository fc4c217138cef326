// Where a new shot lies. In: the selection, what the editor's marks suggest. Out: a node, the place.

import { counted, el, show, words } from "./dom.js";
import { frameOf } from "./timecode.js";

const TRACK = /^[AV]\d{1,3}@/i; // "V2@01:00:04:12": on that track

// `viewer` may be null; else it has the fields of a new shot's range, and what is said there counts.
export function makePlace(selection, proposed, viewer) {
  const node = el("div", { id: "place" });
  const fields = {
    at: text("at", "Begins at", proposed.at, { placeholder: "01:00:04:12" }),
    fill: text("fill", "A timecode in the gap", proposed.fill, { placeholder: "01:00:04:12" }),
    extend: clipField(selection, proposed.extend),
    duration: text("duration", "Length in frames", proposed.duration, { inputMode: "numeric" }),
  };
  const stills = proposed.stills.map(({ timecode, name }) => {
    const input = el("input", { type: "checkbox", name: "still", value: timecode, checked: true });
    return { input, timecode, name, label: el("label", { className: "choice" }, input, ` ${timecode} ${name}`) };
  });
  const where = el("p", { className: "quiet" });
  const SHOWN = {
    edit: () => [],
    fill: () => [fields.fill.node],
    extend: () => [pair(fields.extend, fields.duration)],
    generate: () => [viewer ? where : pair(fields.at, fields.duration), stills.length
      ? el("fieldset", {}, el("legend", {}, "Passes through these frames of the timeline"),
        stills.map((one) => one.label)) : null],
  };
  const NEEDED = { edit: [], fill: ["fill"], extend: ["duration"], generate: ["at", "duration"] };
  const value = (name) => fields[name].input.value.trim();

  // The place of a new shot as the viewer has it.
  function look() {
    const range = viewer?.range();
    if (!viewer) return;
    words(where, range ? `At ${range.at}, ${counted(range.duration, "frame")}: as set under the picture.`
      : "Say under the picture where it begins and ends.");
    fields.at.input.value = range?.at ?? "";
    fields.duration.input.value = range?.duration ?? "";
  }

  function within(timecode) {
    if (!value("at") || fault("at") || fault("duration")) return true;
    const away = frameOf(timecode, selection.facts) - frameOf(value("at"), selection.facts);
    return away >= 0 && away < Number(value("duration") || Infinity);
  }

  // Said once there is something to say it about.
  function fault(name) {
    const said = value(name);
    if (!said) return "";
    if (name === "duration") return /^[1-9]\d{0,8}$/.test(said) ? "" : "This is a whole number.";
    try {
      frameOf(said.replace(TRACK, ""), selection.facts);
      return "";
    } catch (error) {
      if (error instanceof RangeError) return error.message;
      throw error;
    }
  }

  return {
    node,
    show(kind) {
      show(node, SHOWN[kind]());
      if (kind !== "edit") viewer?.setRange(value("at"), Number(value("duration")));
    },
    values: () => Object.fromEntries(Object.keys(fields).map((name) => [name, value(name)])),
    look,
    goOnFrom(clip) {
      fields.extend.input.value = clip;
    },
    faults(kind) {
      const found = NEEDED[kind].map((name) => [fields[name], fault(name)]);
      for (const [field, why] of found) field.say(why);
      return Object.fromEntries(found.filter(([, why]) => why).map(([field, why]) => [field.label, why]));
    },
    // those of the editor's markers that lie within the new shot
    stills: (kind) => (kind === "generate" ? stills : []).filter((one) =>
      one.input.checked && within(one.timecode)).map(({ timecode, name }) =>
      ({ at: timecode, frame_of: timecode, name })),
  };
}

function pair(...fields) {
  return el("div", { className: "pair" }, fields.map((field) => field.node));
}

// A field that says at its own place what is wrong with it: `{label, input, node, say(fault)}`.
export function text(id, label, value, properties = {}) {
  const input = el("input", { id, type: "text", value, autocomplete: "off", ...properties });
  const said = el("span", { className: "problem", id: `${id}-fault`, hidden: true });
  input.setAttribute("aria-describedby", said.id);
  return {
    label,
    input,
    node: el("div", { className: "field" }, el("label", { htmlFor: id }, label), input, said),
    say(why) {
      input.setAttribute("aria-invalid", String(Boolean(why)));
      words(said, why);
      said.hidden = !why;
    },
  };
}

function clipField(selection, proposed) {
  const field = text("extend", "Goes on from the clip", proposed, { placeholder: "V1:3" });
  field.input.setAttribute("list", "places");
  field.node.append(el("datalist", { id: "places" }, selection.shots.map((shot) =>
    el("option", { value: shot.place }, shot.name))));
  return field;
}
