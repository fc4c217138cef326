// Sequences, their editor and markers, as the API has them. In: the model's. Out: what panels hold.

const { makeAction } = require("./action.js");
const { ProjectItem } = require("./bins.js");
const { overwrite, insert, remove } = require("./edit.js");
const { ApiObject } = require("./gate.js");
const { newId } = require("./model.js");
const { AudioTrack, TrackItemSelection, VideoTrack } = require("./tracks.js");
const { Constants, Guid, TickTime } = require("./values.js");

const UNSET = -101606400000000000n; // -400000 s, as the older scripting API answers

class Sequence extends ApiObject {
  static promised = [
    "getSequenceVideoTimeDisplayFormat",
    "getPlayerPosition",
    "getVideoTrackCount",
    "getAudioTrackCount",
    "getVideoTrack",
    "getAudioTrack",
    "getZeroPoint",
    "getEndTime",
    "getInPoint",
    "getOutPoint",
    "getProjectItem",
    "getSelection",
    "getFrameSize",
    "getTimebase",
  ];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  get guid() {
    return new Guid(this.model.guid);
  }
  get name() {
    return this.model.name;
  }
  getTimebase() {
    return String(this.model.timebase);
  }
  getZeroPoint() {
    return new TickTime(this.model.zero);
  }
  getEndTime() {
    return new TickTime(this.model.end);
  }
  getPlayerPosition() {
    return new TickTime(this.model.playhead);
  }
  getInPoint() {
    return new TickTime(this.model.marks.first ?? UNSET);
  }
  getOutPoint() {
    return new TickTime(this.model.marks.last ?? UNSET);
  }
  getFrameSize() {
    const [width, height] = this.model.size;
    return { width, height };
  }
  getSequenceVideoTimeDisplayFormat() {
    const formats = Constants.VideoDisplayFormatType;
    const ntsc = this.model.timebase === 8475667200n;
    if (!ntsc) return { type: formats.FRAMES };
    return { type: this.model.drop ? formats.FPS_29_97 : formats.FPS_29_97_NON_DROP };
  }
  getVideoTrackCount() {
    return this.model.tracks.video.length;
  }
  getAudioTrackCount() {
    return this.model.tracks.audio.length;
  }
  getVideoTrack(index) {
    return new VideoTrack(this.api, this._track("video", index));
  }
  getAudioTrack(index) {
    return new AudioTrack(this.api, this._track("audio", index));
  }
  _track(kind, index) {
    const found = this.model.tracks[kind][index];
    if (!found) throw new Error("Invalid track index.");
    return found;
  }
  getSelection() {
    return new TrackItemSelection(this.api, this.model.selected);
  }
  setSelection(selection) {
    this.model.selected = [...selection.items];
    return true;
  }
  getProjectItem() {
    return new ProjectItem(this.api, this.model.clip);
  }
}

class SequenceEditor extends ApiObject {
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  createOverwriteItemAction(item, time, video, audio) {
    return this._laying("createOverwriteItemAction", item, [video, audio], (marks) => {
      overwrite(this.api.world, this.model, item.model, time.own, video, audio, marks);
    });
  }
  createInsertProjectItemAction(item, time, video, audio, limitShift) {
    return this._laying("createInsertProjectItemAction", item, [video, audio], (marks) => {
      insert(this.api.world, this.model, item.model, time.own, video, audio, limitShift, marks);
    });
  }
  _laying(name, item, tracks, edit) {
    if (!(item instanceof ProjectItem)) throw new Error("Illegal parameter: projectItem.");
    if (!tracks.every((one) => Number.isInteger(one) && one >= 0)) {
      throw new Error("Illegal parameter: track index.");
    }
    return makeAction(this.api, name, (before) => {
      const { inOutAtOnce, ignoresMarks } = this.api.world.habits;
      const marks = inOutAtOnce ? item.model.marks : before.get(item.model);
      edit((!ignoresMarks && marks && slipped(this.api, this.model, marks)) || null);
    });
  }
  createRemoveItemsAction(selection, ripple, type) {
    if (type === undefined) throw new Error("Illegal parameter: mediaType.");
    return makeAction(this.api, "createRemoveItemsAction", () =>
      remove(this.api.world, selection.items, ripple),
    );
  }
}

function slipped(api, sequence, { first, last }) {
  const by = api.world.habits.slips ? sequence.timebase : 0n;
  return { first: first + by, last: last + by };
}

class Marker extends ApiObject {
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  getName() {
    return this.model.name;
  }
  getComments() {
    return this.model.comments;
  }
  getStart() {
    return new TickTime(this.model.start);
  }
  getColorIndex() {
    return this.model.colour;
  }
}

class Markers extends ApiObject {
  constructor(api, owner) {
    super();
    Object.defineProperties(this, { api: { value: api }, owner: { value: owner } });
  }
  getMarkers() {
    return this.owner.markers.map((marker) => new Marker(this.api, marker));
  }
  createAddMarkerAction(name, type, start, duration, comments) {
    if (type !== "Comment" || duration === undefined) throw new Error("Illegal parameter.");
    return makeAction(this.api, "createAddMarkerAction", () => {
      const marker = { id: newId(), name, comments, start: start.own, colour: 0 };
      this.owner.markers = [...this.owner.markers, marker];
    });
  }
  createRemoveMarkerAction(marker) {
    return makeAction(this.api, "createRemoveMarkerAction", () => {
      this.owner.markers = this.owner.markers.filter((one) => one !== marker.model);
    });
  }
}

module.exports = { Sequence, SequenceEditor, Marker, Markers };
