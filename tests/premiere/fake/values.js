// Premiere's small values. In: numbers, strings. Out: times, ids and constants as the API has them.

const SECOND = 254016000000n;

class TickTime {
  constructor(ticks = 0n) {
    this.own = BigInt(ticks);
  }
  get ticks() {
    return String(this.own);
  }
  get ticksNumber() {
    return Number(this.own);
  }
  get seconds() {
    return Number(this.own) / Number(SECOND);
  }
  equals(other) {
    return this.own === other.own;
  }
  add(other) {
    return new TickTime(this.own + other.own);
  }
  subtract(other) {
    return new TickTime(this.own - other.own);
  }
}

class Guid {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

/** Enumerations by number, in the order of the published types. */
function numbered(names) {
  return Object.fromEntries(names.map((name, number) => [name, number]));
}

const Constants = {
  MarkerColor: numbered(["GREEN", "RED", "MAGNETA", "ORANGE", "YELLOW", "BLUE", "CYAN"]),
  MediaType: numbered(["ANY", "DATA", "VIDEO", "AUDIO"]),
  TrackItemType: numbered(["EMPTY", "CLIP", "TRANSITION", "PREVIEW", "FEEDBACK"]),
  VideoDisplayFormatType: numbered([
    "FPS_23_976",
    "FPS_25",
    "FPS_29_97",
    "FPS_29_97_NON_DROP",
    "FEET_FRAME_16mm",
    "FEET_FRAME_35mm",
    "FRAMES",
  ]),
};

module.exports = { SECOND, TickTime, Guid, Constants };
