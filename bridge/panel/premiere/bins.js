// Media in the project. In: a file, the bins it belongs into. Out: its clip, verified.
//
// `importFiles` answers true whether it imported or not, and may be done only a moment later: the
// bins are walked for the file, and the one new clip of its name is taken for it where Premiere
// spells the path in another way.

const ppro = require("premierepro");
const { ask, change } = require("./host.js");
const { Refused } = require("./orders.js");
const { nameOf, sameFile } = require("./paths.js");
const { span, ticksOf } = require("./ticks.js");

const LOOKS = [0, 0.1, 0.4, 1, 2]; // seconds to wait before each

/**
 * The clip of that file, imported into the bins unless it is there.
 * @param {Ppro.Project} project
 * @param {string[]} bins from the root
 * @param {string} path
 * @param {(seconds: number) => Promise<void>} sleep
 * @returns {Promise<Shell.Media>}
 */
async function importMedia(project, bins, path, sleep) {
  const folder = await binOf(project, bins);
  const known = clipOfFile(await clipsIn(folder), path);
  if (known) return { ...known, fresh: false };
  const before = new Set((await clipsIn(folder)).map((one) => one.id));
  await ask(() => project.importFiles([path], true, ppro.ProjectItem.cast(folder), false), false);
  for (const seconds of LOOKS) {
    await sleep(seconds);
    const found = await imported(project, folder, path, before);
    if (found) return found;
  }
  throw new Refused(`Premiere did not import ${path}.`, { media: path });
}

/**
 * @param {Ppro.Project} project
 * @param {Ppro.FolderItem} folder
 * @param {string} path
 * @param {Set<string>} before ids of the clips that lay there
 * @returns {Promise<Shell.Media | null>}
 */
async function imported(project, folder, path, before) {
  const here = await clipsIn(folder);
  const there = clipOfFile(here, path);
  if (there) return { ...there, fresh: !before.has(there.id) };
  const added = here.filter((one) => !before.has(one.id) && nameOf(one.path) === nameOf(path));
  if (added.length === 1) return { ...added[0], fresh: true };
  const elsewhere = await everyClip(await project.getRootItem());
  const found = clipOfFile(elsewhere, path);
  return found && { ...found, fresh: false };
}

/**
 * Refuses a file that Premiere reads at another length than was delivered.
 * @param {Shell.Media} media
 * @param {number} frames
 * @param {bigint} timebase
 */
async function checkLength(media, frames, timebase) {
  const facts = await ask(() => media.clip.getMedia(), null);
  const read = ticksOf(facts && facts.duration);
  if (!frames || !read) return;
  const wanted = span(frames, timebase);
  const off = read > wanted ? read - wanted : wanted - read;
  if (off < timebase) return;
  const seen = (Number(read) / Number(timebase)).toFixed(1);
  const message = `Premiere reads ${seen} frames in ${media.path}, where ${frames} were delivered.`;
  throw new Refused(message, { media: media.path });
}

/**
 * The innermost of nested bins, made where there is none of that name.
 * @param {Ppro.Project} project
 * @param {string[]} bins
 */
async function binOf(project, bins) {
  let folder = await project.getRootItem();
  for (const name of bins) {
    const outer = folder;
    if (!(await named(outer, name))) {
      await change(project, `Add bin ${name}`, () => [outer.createBinAction(name, false)]);
    }
    const inner = await named(outer, name);
    if (!inner) throw new Refused(`The bin ${bins.join(" / ")} could not be made.`);
    folder = inner;
  }
  return folder;
}

/**
 * @param {Ppro.FolderItem} folder
 * @param {string} name
 */
async function named(folder, name) {
  return (await foldersIn(folder)).find((one) => one.name === name) ?? null;
}

/** @param {Ppro.FolderItem} folder */
async function foldersIn(folder) {
  const found = [];
  for (const item of await ask(() => folder.getItems(), [])) {
    const inner = await ask(() => ppro.FolderItem.cast(item), null);
    if (inner && typeof inner.getItems === "function") found.push(inner);
  }
  return found;
}

/**
 * @param {Ppro.FolderItem} folder
 * @returns {Promise<Omit<Shell.Media, "fresh">[]>}
 */
async function clipsIn(folder) {
  const found = [];
  for (const item of await ask(() => folder.getItems(), [])) {
    const clip = await ask(() => ppro.ClipProjectItem.cast(item), null);
    const path = clip ? await ask(() => clip.getMediaFilePath(), "") : "";
    if (clip && path) found.push({ item, clip, path, id: await ask(() => item.getId(), "") });
  }
  return found;
}

/**
 * @param {Ppro.FolderItem} folder
 * @returns {Promise<Omit<Shell.Media, "fresh">[]>}
 */
async function everyClip(folder) {
  const found = await clipsIn(folder);
  for (const inner of await foldersIn(folder)) found.push(...(await everyClip(inner)));
  return found;
}

/**
 * @param {Omit<Shell.Media, "fresh">[]} clips
 * @param {string} path
 */
function clipOfFile(clips, path) {
  return clips.find((one) => sameFile(one.path, path)) ?? null;
}

module.exports = { importMedia, checkLength };
