// The sequence as a file. In: a sequence. Out: the path of the OTIO that Premiere wrote, or "".
//
// Premiere says true without a file having come: the file is looked for. It lies in the panel's
// own temporary folder, so that no permission for the disk is needed.

const ppro = require("premierepro");
const { storage } = require("uxp");
const { ask } = require("./host.js");

/**
 * @param {Ppro.Sequence} sequence
 * @param {string} name without a suffix, new each time
 * @returns {Promise<string>}
 */
async function exported(sequence, name) {
  const converter = ppro.ProjectConverter;
  if (!converter || typeof converter.exportAsOpenTimelineIO !== "function") return "";
  const { localFileSystem } = /** @type {any} */ (storage); // its types have another name for it
  /** @type {any} */
  const folder = await ask(() => localFileSystem.getTemporaryFolder(), null);
  if (!folder) return "";
  await removeOld(folder);
  const path = `${folder.nativePath}${slash(folder.nativePath)}${name}.otio`;
  await ask(() => converter.exportAsOpenTimelineIO(sequence, path, true), false);
  return (await size(folder, `${name}.otio`)) ? path : "";
}

/** @param {string} folder */
function slash(folder) {
  if (/[\\/]$/.test(folder)) return "";
  return folder.includes("\\") ? "\\" : "/";
}

/**
 * Bytes; 0 where there is none.
 * @param {any} folder
 * @param {string} name
 */
async function size(folder, name) {
  const entry = await ask(() => folder.getEntry(name), null);
  const facts = entry && (await ask(() => entry.getMetadata(), null));
  return Number(facts?.size ?? 0);
}

/**
 * Exports of before: the daemon has copied them.
 * @param {any} folder
 */
async function removeOld(folder) {
  const entries = await ask(() => folder.getEntries(), []);
  for (const entry of entries) {
    if (/\.otio$/.test(String(entry.name))) await ask(() => entry.delete(), null);
  }
}

module.exports = { exported };
