// Tracks and what lies on them, as the API has it. In: the model's. Out: what panels hold.

const { makeAction } = require("./action.js");
const { ProjectItem } = require("./bins.js");
const { ApiObject } = require("./gate.js");
const { Constants, Guid, TickTime } = require("./values.js");

const TYPES = { video: new Guid("video-type"), audio: new Guid("audio-type") };

class TrackItem extends ApiObject {
  static promised = [
    "getName",
    "getSpeed",
    "isSpeedReversed",
    "isAdjustmentLayer",
    "isDisabled",
    "getInPoint",
    "getOutPoint",
    "getStartTime",
    "getEndTime",
    "getMediaType",
    "getTrackIndex",
    "getProjectItem",
    "getIsSelected",
  ];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
    if (!api.world.habits.disables) this.createSetDisabledAction = undefined;
  }
  get _zero() {
    const { clip } = this.model;
    return clip && this.api.world.habits.timesFromTimecode ? clip.media.start : 0n;
  }
  getName() {
    return this.model.name;
  }
  getSpeed() {
    const [over, under] = this.model.speed;
    return (Number(over) / Number(under)) * this.api.world.habits.speedUnit;
  }
  isSpeedReversed() {
    return Number(this.model.reversed);
  }
  isAdjustmentLayer() {
    return this.model.adjustment;
  }
  isDisabled() {
    return this.model.disabled;
  }
  getInPoint() {
    return new TickTime(this._warped(this.model.first) + this._zero);
  }
  getOutPoint() {
    return new TickTime(this._warped(this.model.first + this.model.length) + this._zero);
  }
  _warped(ticks) {
    const [over, under] = this.model.speed;
    return this.api.world.habits.retimedTimes === "warped" ? (ticks * under) / over : ticks;
  }
  getStartTime() {
    return new TickTime(this.model.start);
  }
  getEndTime() {
    return new TickTime(this.model.end);
  }
  getMediaType() {
    return TYPES[this.model.track.kind];
  }
  getTrackIndex() {
    const { kind } = this.model.track;
    return this.api.world.sequenceOf(this.model).tracks[kind].indexOf(this.model.track);
  }
  getIsSelected() {
    return this.api.world.sequenceOf(this.model).selected.includes(this.model);
  }
  getProjectItem() {
    return this.model.clip ? new ProjectItem(this.api, this.model.clip) : null;
  }
  createSetDisabledAction(disabled) {
    return makeAction(this.api, "createSetDisabledAction", () => {
      this.model.disabled = disabled;
    });
  }
}

class VideoClipTrackItem extends TrackItem {}
class AudioClipTrackItem extends TrackItem {}

class AnyTrack extends ApiObject {
  static promised = ["getMediaType", "getIndex"];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
    if (!api.world.habits.namesTracks) this.createSetNameAction = undefined;
  }
  get name() {
    return this.model.name;
  }
  getMediaType() {
    return TYPES[this.model.kind];
  }
  getTrackItems(type, empty) {
    if (type !== Constants.TrackItemType.CLIP || empty !== false) {
      throw new Error("Only clips without gaps are modelled.");
    }
    const kind = this.model.kind === "video" ? VideoClipTrackItem : AudioClipTrackItem;
    return this.model.items.map((item) => new kind(this.api, item));
  }
  createSetNameAction(name) {
    return makeAction(this.api, "createSetNameAction", () => {
      this.model.name = name;
    });
  }
}

class VideoTrack extends AnyTrack {}
class AudioTrack extends AnyTrack {}

class TrackItemSelection extends ApiObject {
  static promised = ["getTrackItems"];
  constructor(api, items) {
    super();
    Object.defineProperties(this, { api: { value: api }, items: { value: [...items] } });
  }
  addItem(item) {
    this.items.push(item.model);
    return true;
  }
  removeItem(item) {
    const at = this.items.indexOf(item.model);
    if (at >= 0) this.items.splice(at, 1);
    return at >= 0;
  }
  getTrackItems() {
    return this.items.map((item) => {
      const kind = item.track.kind === "video" ? VideoClipTrackItem : AudioClipTrackItem;
      return new kind(this.api, item);
    });
  }
}

module.exports = {
  VideoClipTrackItem,
  AudioClipTrackItem,
  VideoTrack,
  AudioTrack,
  TrackItemSelection,
};
