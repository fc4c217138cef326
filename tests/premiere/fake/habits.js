// How one Premiere behaves. In: what a test wants otherwise. Out: one frozen value.
//
// What nobody has measured, or what versions do in different ways, is a switch.

const PLAIN = {
  version: "26.3.0",
  promises: true, // getters that the types call Promises are; false: plain values
  speedUnit: 1, // of getSpeed: 1 or 100 is normal speed; not documented
  retimedTimes: "source", // In and Out of retimed items: true source time, or "warped" by the speed
  timesFromTimecode: false, // In and Out count from the media's timecode instead of its head
  ignoresMarks: false, // what is laid is the whole media, In and Out notwithstanding
  slips: false, // what is laid begins a frame of the sequence late in its media
  inOutAtOnce: true, // a clip's In and Out hold for what is laid in the same transaction
  overwriteBeyond: "makes", // past the last track: makes one, "clamps" to the last, "nothing"
  insertBeyond: "nothing", // "makes" at the track count, "greater": only past it, "nothing"
  removesLinked: false, // removing sound takes the picture that came with it along
  exports: true, // ProjectConverter.exportAsOpenTimelineIO exists
  exportWrites: true, // false: it says true, and no file comes
  importsOtio: true, // importFiles makes a sequence of an .otio; false: says true and does nothing
  importSeconds: 0, // until a file that was imported is there
  markers: true, // of clips
  namesTracks: true, // Track.createSetNameAction exists
  disables: true, // TrackItem.createSetDisabledAction exists
  decomposes: false, // paths are answered with decomposed accents, as macOS does
  webview: "loads", // "fails": loaderror, "refused": no element, "silent": nothing happens
  origin: "", // what fetch sends as Origin: not documented for UXP
  opensBrowser: true, // shell.openExternal
};

function habitsOf(wanted = {}) {
  const strange = Object.keys(wanted).filter((name) => !(name in PLAIN));
  if (strange.length) throw new Error(`no habit: ${strange}`);
  return Object.freeze({ ...PLAIN, ...wanted });
}

module.exports = { habitsOf };
