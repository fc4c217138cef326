// Paths as Premiere spells them. In: two paths or file URLs. Out: whether they name the same file.

const DRIVE = /^[a-z]:\//i;

/**
 * @param {string} one
 * @param {string} other
 */
function sameFile(one, other) {
  return Boolean(one) && normal(one) === normal(other);
}

/**
 * Slashes forward, accents composed (macOS hands out both forms), and small letters where the path
 * is one of Windows.
 * @param {string} path
 */
function normal(path) {
  const spelled = fromUrl(path)
    .replace(/\\/g, "/")
    .replace(/^\/\/\?\//, "") // Windows' mark of a long path
    .normalize("NFC");
  const windows = DRIVE.test(spelled) || spelled.startsWith("//");
  return windows ? spelled.toLowerCase() : spelled;
}

/** @param {string} path */
function fromUrl(path) {
  if (!/^file:/i.test(path)) return path;
  const bare = decoded(path.replace(/^file:(\/\/(localhost)?(?=\/))?/i, ""));
  return /^\/[a-z]:/i.test(bare) ? bare.slice(1) : bare;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a per cent sign that is none of a URL
  }
}

/** @param {string} path */
function nameOf(path) {
  return normal(path).split("/").pop() || "";
}

module.exports = { sameFile, normal, nameOf };
