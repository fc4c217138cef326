// What is open and meant, raw. In: what is open. Out: the report for the daemon.
//
// Nothing is interpreted: ticks are the strings that Premiere gave, numbers its numbers, null what
// it did not say. Start and end count from the sequence's beginning, in and out from the clip's.

const ppro = require("premierepro");
const { ask, program } = require("./host.js");
const { clipOf, idOf } = require("./items.js");
const { meant } = require("./meant.js");
const { ticksOf } = require("./ticks.js");

const MOST = 4000; // items and markers; the daemon takes 5000

/**
 * @param {Shell.Action} action
 * @param {Shell.Opened} opened with a sequence
 * @param {{runner: string, page: Shell.Page, exported: string}} more
 * @returns {Promise<Shell.Report>}
 */
async function report(action, opened, more) {
  const sequence = /** @type {Ppro.Sequence} */ (opened.sequence);
  const found = await meant(sequence);
  return {
    runner: more.runner,
    action,
    lane: "uxp",
    page: more.page,
    ...program(),
    project: {
      id: opened.projectId,
      name: opened.projectName,
      path: String(opened.project?.path || ""),
    },
    sequence: await sequenceFacts(opened, sequence),
    export: more.exported,
    rung: found.rung,
    markers: await markers(sequence),
    items: await Promise.all(found.rows.slice(0, MOST).map(itemFacts)),
  };
}

/**
 * @param {Shell.Opened} opened
 * @param {Ppro.Sequence} sequence
 */
async function sequenceFacts(opened, sequence) {
  const size = await ask(() => sequence.getFrameSize(), null);
  return {
    id: opened.sequenceId,
    name: opened.sequenceName,
    timebase: String(await sequence.getTimebase()),
    zero_point: (await ticks(() => sequence.getZeroPoint())) ?? "0",
    end: (await ticks(() => sequence.getEndTime())) ?? "0",
    width: Math.round(size?.width ?? 0),
    height: Math.round(size?.height ?? 0),
    playhead: (await ticks(() => sequence.getPlayerPosition())) ?? "0",
    in_point: await ticks(() => sequence.getInPoint()),
    out_point: await ticks(() => sequence.getOutPoint()),
    drop: await drop(sequence),
  };
}

/**
 * Whether timecode is shown as drop frame; null where this Premiere's constants do not tell.
 * @param {Ppro.Sequence} sequence
 */
async function drop(sequence) {
  const format = await ask(() => sequence.getSequenceVideoTimeDisplayFormat(), null);
  const formats = Object.entries(ppro.Constants.VideoDisplayFormatType || {});
  const name = formats.find(([, value]) => format && value === format.type)?.[0];
  return name && name.startsWith("FPS_") ? name === "FPS_29_97" : null;
}

/**
 * @param {() => Promise<Ppro.TickTime>} question
 * @returns {Promise<string | null>}
 */
async function ticks(question) {
  const found = ticksOf(await ask(question, null));
  return found === null ? null : String(found);
}

/** @param {Ppro.Sequence} sequence */
async function markers(sequence) {
  const owner = await ask(() => ppro.Markers.getMarkers(sequence), null);
  const found = owner ? await ask(() => owner.getMarkers(), []) : [];
  return Promise.all(found.slice(0, MOST).map(markerFacts));
}

/** @param {Ppro.Marker} marker */
async function markerFacts(marker) {
  const index = await ask(() => marker.getColorIndex(), -1);
  return {
    start: String(ticksOf(await ask(() => marker.getStart(), null)) ?? 0n),
    name: String(await ask(() => marker.getName(), "")),
    colour: colourName(index),
  };
}

/** @param {number} index */
function colourName(index) {
  const names = Object.entries(ppro.Constants.MarkerColor || {});
  const name = names.find(([, value]) => value === index)?.[0] ?? "";
  return name && name[0] + name.slice(1).toLowerCase();
}

/**
 * @param {Shell.Row} row
 * @returns {Promise<Shell.ItemFacts>}
 */
async function itemFacts(row) {
  const { item } = row;
  return {
    id: await idOf(row),
    name: String(await ask(() => item.getName(), "")),
    track: row.track,
    start: String(row.start),
    end: String(row.end),
    in_point: await ticks(() => item.getInPoint()),
    out_point: await ticks(() => item.getOutPoint()),
    speed: number(await ask(() => item.getSpeed(), null)),
    reversed: number(await ask(() => item.isSpeedReversed(), null)),
    disabled: Boolean(await ask(() => item.isDisabled(), false)),
    adjustment: Boolean(await ask(() => item.isAdjustmentLayer(), false)),
    media: await mediaFacts(item),
  };
}

/**
 * Some builds answer true and false where the types say number.
 * @param {unknown} value
 */
function number(value) {
  return value === null || !Number.isFinite(Number(value)) ? null : Number(value);
}

/** @param {Ppro.Item} item */
async function mediaFacts(item) {
  const clip = await clipOf(item);
  if (!clip) return null;
  const known = await ask(() => item.getProjectItem(), null);
  const footage = await ask(() => clip.getFootageInterpretation(), null);
  const media = await ask(() => clip.getMedia(), null);
  return {
    id: known ? await ask(() => String(known.getId()), "") : "",
    name: String(clip.name || ""),
    path: await ask(() => clip.getMediaFilePath(), ""),
    proxy: await ask(() => clip.getProxyPath(), ""),
    offline: Boolean(await ask(() => clip.isOffline(), false)),
    sequence: Boolean(await ask(() => clip.isSequence(), false)),
    multicam: Boolean(await ask(() => clip.isMulticamClip(), false)),
    rate: footage ? number(await ask(() => footage.getFrameRate(), null)) : null,
    start: media ? await ticks(async () => media.start) : null,
  };
}

module.exports = { report };
