// The keyframes of everything that is looked at, and what is done to them. In: where the viewer stands.
// Out: lists; every change is drawn, said, and told to `changed`.
//
// `viewer`: {now() -> {subject, frame, missing}, draw(), trouble(words), changed()}; `missing`: why there
// is no picture of the frame, or "".

import { Lost, Refused } from "./api.js";
import { say } from "./dom.js";
import { MOST, added, crowded, refusal, stood, without } from "./keyframes.js";
import { saved, sent } from "./pictures.js";
import { momentPath } from "./subject.js";
import { timecodeOf } from "./timecode.js";

export function makeKeywork(selection, viewer) {
  const { facts } = selection;
  const lists = new Map(); // by the subject's key
  const list = (subject = viewer.now().subject) => lists.get(subject.key) ?? [];
  const at = (frame) => timecodeOf(frame, facts);

  function keep(subject, made, told) {
    if (made.length > MOST) return viewer.trouble(`A shot takes ${MOST} keyframes at most.`);
    lists.set(subject.key, made);
    viewer.trouble("");
    viewer.draw();
    say(told);
    viewer.changed();
  }

  function pictureOf(subject, frame, name = `Frame ${at(frame)}`) {
    const moment = subject.moment(frame);
    return { frame_of: moment, name, strip: momentPath(selection, moment) };
  }

  // The picture that is seen, for a frame that may be another one.
  function seen(frame) {
    const { subject, frame: from, missing } = viewer.now();
    const why = refusal(frame, subject.span, facts) || missing;
    if (why) return viewer.trouble(why);
    const keyframe = { ...pictureOf(subject, from), frame };
    keep(subject, added(list(), keyframe), `Keyframe at ${at(frame)}.`);
  }

  async function file(chosen) {
    const { subject, frame } = viewer.now();
    const why = refusal(frame, subject.span, facts);
    if (why) return viewer.trouble(why);
    await tried(`Reading ${chosen.name} ...`, async () => {
      const { id, name, image } = await sent(chosen);
      const keyframe = { image, name, strip: `/v1/stills/${id}/strip?`, frame };
      keep(subject, added(list(subject), keyframe), `${name} stands at ${at(frame)}.`);
    });
  }

  async function save() {
    const { subject, frame } = viewer.now();
    const name = `${subject.title}_${at(frame).replaceAll(/[:;]/g, "-")}.jpg`;
    await tried("Saving ...", async () => say(`Saved as ${await saved(subject.still(frame), name)}.`));
  }

  async function tried(meanwhile, act) {
    try {
      say(meanwhile);
      viewer.trouble("");
      await act();
    } catch (error) {
      if (![Refused, Lost, RangeError].some((kind) => error instanceof kind)) throw error;
      viewer.trouble([error.message, error.hint].filter(Boolean).join(" "));
    }
  }

  return {
    list,
    here: () => seen(viewer.now().frame),
    edge(name) {
      const { span } = viewer.now().subject;
      seen(name === "in" ? span.first : span.last);
    },
    file,
    save,
    fromEditor(moments) {
      const { subject } = viewer.now();
      const made = moments.reduce((others, { frame, name }) =>
        added(others, { ...pictureOf(subject, frame, name), frame }), list());
      keep(subject, made, `Taken from the editor: ${moments.length}.`);
    },
    stood(keyframe, frame) {
      const { subject } = viewer.now();
      const why = refusal(frame, subject.span, facts) || crowded(list(), keyframe, frame);
      if (why) viewer.trouble(why);
      else keep(subject, stood(list(), keyframe, frame), `Now at ${at(frame)}.`);
    },
    removed(keyframe) {
      const { subject } = viewer.now();
      keep(subject, without(list(), keyframe.id), `${keyframe.name} is no keyframe any more.`);
    },
  };
}
