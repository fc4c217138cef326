// The viewer: one picture, its time, its keyframes. In: a selection. Out: a card.
//
//   makeViewer({ selection, changed(), moved(frame)? }) -> {
//     node, shots,               `shots` are the selection's
//     show(index),               look at a shot
//     setRange(at?, duration?),  look at the place of a new shot: a timecode, frames; without them the
//                                last one, else the editor's In and Out. Nothing is told to `changed`
//     range(),                   {at: timecode, duration} of the new shot; null: a shot is looked at,
//                                or the new one has no place yet
//     frame(), timecode(),       the current one; record frames from the timeline's start
//     go(frame),
//     keyframes(),               of what is looked at: [{at, frame_of | image, name, strip}]; the first
//                                two are a StillIn's, `strip` takes "&height=90"
//     camera(words),             said under the picture of a new shot; "" takes it away
//     again(),                   asks once more for a picture that could not be fetched
//     close(),
//   }
//
// `changed` is called when a person changed keyframes or range.

import { el, say, words } from "./dom.js";
import { stills } from "./keyframes.js";
import { makeKeylist } from "./keylist.js";
import { makeKeywork } from "./keywork.js";
import { makePlayer } from "./pairplay.js";
import { takesDrops } from "./pictures.js";
import { edged, makeRange, marked, rangeFrom } from "./range.js";
import { makeRuler } from "./ruler.js";
import { makeScreen } from "./screen.js";
import { handlesOf, lengthOf, notesOf, speedOf } from "./shotwords.js";
import { keyOf, makeSteer } from "./steer.js";
import { newSubject, placed, reaching, shotSubject } from "./subject.js";
import { timecodeOf } from "./timecode.js";

export function makeViewer({ selection, changed, moved = () => {} }) {
  const { facts, shots } = selection;
  const screen = makeScreen();
  const keyframes = makeKeywork(selection, {
    now: () => ({ subject, frame, missing: screen.trouble() }), draw, trouble, changed });
  const removed = (keyframe) => {
    keyframes.removed(keyframe);
    ruler.playhead.focus({ preventScroll: true });
  };
  const ruler = makeRuler(facts, { moved: go, stood: keyframes.stood, removed, edge });
  const steer = makeSteer(facts, { key: obey, go, trouble });
  const keylist = makeKeylist(selection, { ...keyframes, removed, moved: go, trouble });
  const range = makeRange(selection, { ranged, edge: (name) => edge(name, frame) });
  const title = el("h2", { id: "viewer-title" });
  const about = el("p", { className: "facts" });
  const camera = el("p", { className: "hint", hidden: true });
  const said = el("p", { className: "problem", role: "alert" });
  const node = el("section", { id: "viewer", "aria-labelledby": "viewer-title", onkeydown: pressed },
    title, about, screen.node, ruler.node, steer.node, said, range.node, camera, keylist.node);
  takesDrops(node, keyframes.file);

  const places = new Map(); // frames where somebody was, by subject
  let subject = null;
  let frame = 0;
  let place = marked(selection.host_state, facts); // of the new shot
  let player = null;
  if (shots.length) show(0);
  else setRange();

  // ---- what is looked at

  function show(index) {
    if (subject?.key !== `shot ${index}`) look(shotSubject(selection, index));
  }

  function setRange(at, duration) {
    place = rangeFrom(at, duration, facts) ?? place;
    range.show(place);
    if (subject?.isNew) relocate(place);
    else look(newSubject(selection, place));
  }

  function look(next) {
    const other = subject?.key !== next.key;
    if (subject) places.set(subject.key, frame);
    if (subject?.pictures !== next.pictures) subject?.pictures.close();
    if (other) {
      frame = places.get(next.key) ?? next.span?.first ?? next.first;
      const { width, height } = next.shot ?? facts;
      screen.blank(width ?? 16, height ?? 9);
      trouble("");
    }
    subject = next;
    words(title, next.title);
    about.replaceChildren(...factsOf(next.shot, facts).map((fact) => el("span", {}, fact)));
    range.node.hidden = !next.isNew;
    ruler.show(next);
    player?.close();
    player = makePlayer({ frames: next.frames, rate: facts.rate, changed: playing,
      show: async (at) => reach(next.first + at) });
    player.loop(false);
    go(frame);
  }

  function go(to) {
    if (subject.isNew && (to < subject.first || to > subject.last)) {
      frame = Math.min(to, Math.max(subject.last, facts.frames - 1));
      look(reaching(subject, frame));
    } else player.to(to - subject.first);
  }

  function reach(to) {
    frame = to;
    screen.show(subject, frame, timecodeOf(frame, facts));
    draw();
    moved(frame);
  }

  function draw() {
    const state = { frame, subject, keyframes: keyframes.list() };
    for (const part of [ruler, steer, keylist]) part.draw(state);
    camera.hidden = !subject.isNew || !camera.textContent;
  }

  function playing() {
    steer.playing(player?.step() ?? 0);
  }

  function trouble(why) {
    words(said, why);
  }

  // ---- keys

  function pressed(event) {
    const key = keyOf(event);
    if (key && obey(key, event.shiftKey)) event.preventDefault();
  }

  function obey(key, shifted = false) {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[key];
    if (step) player.to(player.at() + step * (shifted ? 10 : 1));
    else if (key === "Home") player.to(0);
    else if (key === "End") player.to(player.frames - 1);
    else if (key === " ") player.toggle();
    else if (key === "j") player.shuttle(-1);
    else if (key === "k") player.pause();
    else if (key === "l") player.shuttle(1);
    else if (key === "m") keyframes.here();
    else if (key === "i" || key === "o") edge(key === "i" ? "in" : "out", frame);
    else return false;
    return true;
  }

  // ---- the place of a new shot

  function edge(name, to) {
    if (subject.isNew) ranged(edged(place, name, to, facts));
    else trouble("In and Out are for a new shot.");
  }

  function ranged(next) {
    relocate(next);
    say(`In ${timecodeOf(next.first, facts)}, ${lengthOf(next.frames, facts.rate)}.`);
    changed();
  }

  function relocate(next) {
    place = next;
    range.show(next);
    trouble("");
    const made = placed(subject, next, facts);
    const seen = frame >= made.first && frame <= made.last;
    if (made.first !== subject.first || made.frames !== subject.frames) {
      if (!seen) frame = made.span?.first ?? made.first;
      look(made);
    } else {
      subject = made;
      draw();
    }
  }

  return {
    node,
    shots,
    show,
    setRange,
    range: () => (subject.isNew && place
      ? { at: timecodeOf(place.first, facts), duration: place.frames } : null),
    frame: () => frame,
    timecode: () => timecodeOf(frame, facts),
    go,
    keyframes: () => stills(keyframes.list(), facts),
    camera(told) {
      words(camera, told ? `Camera: ${told}` : "");
      draw();
    },
    again() {
      if (screen.trouble()) screen.ask();
    },
    close() {
      player.close();
      subject.pictures.close();
      screen.close();
    },
  };
}

function factsOf(shot, facts) {
  if (!shot) return ["What the timeline shows there now. In and Out say what is made anew."];
  return [
    shot.record_timecode, lengthOf(shot.frames, facts.rate), speedOf(shot), ...notesOf(shot, facts),
    `${shot.width} x ${shot.height}`, handlesOf(shot, facts),
  ].filter(Boolean);
}
