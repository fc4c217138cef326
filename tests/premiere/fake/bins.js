// The project panel's side of the API. In: bins and clips of the model. Out: what panels hold.

const { makeAction } = require("./action.js");
const { ApiObject } = require("./gate.js");
const { Bin, Clip } = require("./model.js");
const { Constants, TickTime } = require("./values.js");

class ProjectItem extends ApiObject {
  static promised = ["getProject", "getColorLabelIndex"];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  get name() {
    return this.model.name;
  }
  get type() {
    return this.model instanceof Bin ? 2 : 1;
  }
  getId() {
    return this.model.id;
  }
  createSetNameAction(name) {
    return makeAction(this.api, "createSetNameAction", () => {
      this.model.name = name;
      if (this.model.sequence) this.model.sequence.name = name;
    });
  }
}

class FolderItem extends ApiObject {
  static promised = ["getItems"];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  get name() {
    return this.model.name;
  }
  getItems() {
    return this.model.children.map((child) => new ProjectItem(this.api, child));
  }
  createBinAction(name) {
    return makeAction(this.api, "createBinAction", () => {
      this.model.children.push(new Bin(name, this.model));
    });
  }
}

class Media extends ApiObject {
  constructor(media) {
    super();
    Object.defineProperty(this, "media", { value: media });
  }
  get start() {
    return new TickTime(this.media.start);
  }
  get duration() {
    return new TickTime(this.media.duration);
  }
}

class FootageInterpretation extends ApiObject {
  constructor(media) {
    super();
    Object.defineProperty(this, "media", { value: media });
  }
  getFrameRate() {
    return this.media.rate;
  }
}

class ClipProjectItem extends ApiObject {
  static promised = [
    "getMediaFilePath",
    "getProxyPath",
    "isOffline",
    "isSequence",
    "isMulticamClip",
    "getFootageInterpretation",
    "getMedia",
    "getInPoint",
  ];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  get name() {
    return this.model.name;
  }
  get _zero() {
    return this.api.world.habits.timesFromTimecode ? this.model.media.start : 0n;
  }
  getMediaFilePath() {
    const { path } = this.model.media;
    return this.api.world.habits.decomposes ? path.normalize("NFD") : path;
  }
  getProxyPath() {
    return this.model.proxy ?? "";
  }
  isOffline() {
    return this.model.offline;
  }
  isSequence() {
    return Boolean(this.model.sequence);
  }
  isMulticamClip() {
    return this.model.multicam;
  }
  getFootageInterpretation() {
    return new FootageInterpretation(this.model.media);
  }
  getMedia() {
    return new Media(this.model.media);
  }
  getInPoint(type) {
    if (![Constants.MediaType.VIDEO, Constants.MediaType.AUDIO].includes(type)) {
      throw new Error("Illegal parameter: mediaType.");
    }
    return new TickTime((this.model.marks ? this.model.marks.first : 0n) + this._zero);
  }
  createSetInOutPointsAction(first, last) {
    const marks = { first: first.own - this._zero, last: last.own - this._zero };
    return makeAction(this.api, "createSetInOutPointsAction", () => {
      const end = this.model.media.duration;
      const held = marks.first >= 0n && marks.last > marks.first && marks.first < end;
      const last = marks.last < end ? marks.last : end;
      if (held) this.model.marks = { first: marks.first, last };
    });
  }
}

function casts(api) {
  const isBin = (item) => item.model instanceof Bin;
  return {
    ProjectItem: named("ProjectItemStatic", { cast: (item) => new ProjectItem(api, item.model) }),
    FolderItem: named("FolderItemStatic", {
      cast: (item) => (isBin(item) ? new FolderItem(api, item.model) : null),
    }),
    ClipProjectItem: named("ClipProjectItemStatic", {
      cast: (item) => (item.model instanceof Clip ? new ClipProjectItem(api, item.model) : null),
    }),
  };
}

/** Members of the API's own objects, such as `ppro.Project`. */
function named(kind, members, promised = []) {
  const made = class extends ApiObject {
    static promised = promised;
    get kind() {
      return kind;
    }
  };
  return Object.assign(new made(), members);
}

module.exports = {
  ProjectItem,
  FolderItem,
  ClipProjectItem,
  Media,
  FootageInterpretation,
  casts,
  named,
};
