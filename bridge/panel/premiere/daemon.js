// The daemon, over HTTP on this machine. In: a path, a body. Out: its answer, or `DaemonError`.
//
// Always the literal 127.0.0.1: macOS lets plain http to that name through and to no other.

const ANSWER_SECONDS = 60;
const HEALTH_SECONDS = 4;
const START = "Start it with: nle-bridge serve";
const INSTALL = "Run: nle-bridge install premiere, then restart Premiere";

/** The daemon's own words: `code` for programs, `message` and `hint` for people. */
class DaemonError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} [hint]
   */
  constructor(code, message, hint = "") {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Nobody answers, or somebody who does not know our key: look for it again. */
class DaemonGone extends DaemonError {}

/** No answer: `detail` is the error's own words. */
class Silence extends DaemonGone {
  /** @param {string} detail */
  constructor(detail) {
    super("daemon_gone", `The daemon does not answer: ${detail}`, START);
    this.detail = detail;
  }
}

class Daemon {
  /**
   * @param {number} port
   * @param {string} key
   */
  constructor(port, key) {
    this.port = port;
    this.key = key;
    this.instance = ""; // both are known once it has answered
    this.version = "";
  }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  post(path, body) {
    return this.request("POST", path, body, ANSWER_SECONDS);
  }

  /** The daemon itself, once it has said who it is. */
  async met() {
    const told = await this.request("GET", "/v1/health", undefined, HEALTH_SECONDS);
    if (typeof told.instance !== "string") throw new Silence("it is no NLE Bridge");
    this.instance = told.instance;
    this.version = String(told.version || "");
    return this;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {number} seconds
   */
  async request(method, path, body, seconds) {
    const address = `http://127.0.0.1:${this.port}${path}`;
    const asked = {
      method,
      headers: { Authorization: `Bearer ${this.key}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const { status, text } = await answered(address, asked, seconds);
    const told = parsed(text);
    if (status >= 200 && status < 300 && told) return told;
    throw refusal(status, told);
  }
}

/**
 * The status and the whole body; `Silence` where none came.
 * @param {string} address
 * @param {Shell.Asked} asked
 * @param {number} seconds
 * @returns {Promise<{status: number, text: string}>}
 */
async function answered(address, asked, seconds) {
  const stop = new AbortController();
  /** @type {any} */
  let timer;
  // both a race and an abort: that UXP's fetch heeds the signal is not documented
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => {
      fail(new Silence(`no answer within ${seconds} seconds`));
      stop.abort("timeout");
    }, seconds * 1000);
  });
  try {
    return await Promise.race([late, whole(address, { ...asked, signal: stop.signal })]);
  } catch (error) {
    if (error instanceof DaemonError) throw error;
    throw new Silence(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} address
 * @param {any} asked
 */
async function whole(address, asked) {
  const answer = await fetch(address, asked);
  return { status: Number(answer.status), text: String(await answer.text()) };
}

/**
 * @param {string} text
 * @returns {any} null for what is no object
 */
function parsed(text) {
  try {
    const found = JSON.parse(text);
    return found && typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}

/**
 * @param {number} status
 * @param {any} told
 */
function refusal(status, told) {
  // 403 too: without a key that it knows, the daemon asks where the question comes from
  if (status === 401 || (status === 403 && told?.code)) return wrongKey(told);
  const message = String((told && told.message) || `The daemon answered ${status}.`);
  const code = String((told && told.code) || "http");
  const hint = String((told && told.hint) || "");
  return new DaemonError(code, message, hint);
}

/**
 * The port went to another daemon, or the panel was installed anew.
 * @param {any} told
 */
function wrongKey(told) {
  return new DaemonGone("wrong_key", String(told?.message || "The key is wrong."), INSTALL);
}

/**
 * The daemon at the first of the ports where it answers; `DaemonGone` with the reason it does not.
 * @param {Shell.Config} config
 */
async function findDaemon(config) {
  if (!config.key) throw new DaemonGone("no_key", "This panel has no key yet.", INSTALL);
  // all at once: where nothing listens, Windows takes two seconds to say so
  const tries = config.ports.map((port) =>
    new Daemon(port, config.key).met().catch((/** @type {unknown} */ error) => error),
  );
  const found = await Promise.all(tries);
  for (const one of found) if (one instanceof Daemon) return one;
  throw silence(config, found);
}

/**
 * @param {Shell.Config} config
 * @param {unknown[]} errors one for each port
 */
function silence(config, errors) {
  const told = errors.map((error) => (error instanceof DaemonError ? error : null));
  const known = told.findIndex((error) => error && error.code === "wrong_key");
  if (known >= 0) {
    const message = `The daemon on port ${config.ports[known]} does not know this panel's key.`;
    return new DaemonGone("wrong_key", message, INSTALL);
  }
  const words = told.map((error) => (error instanceof Silence ? error.detail : error?.message));
  const said = [...new Set(words.filter(Boolean))];
  const [first, ...more] = config.ports;
  const range = more.length ? `ports ${first} to ${more[more.length - 1]}` : `port ${first}`;
  const message = `No daemon answers on ${range}: ${said.slice(0, 3).join("; ")}.`;
  return new DaemonGone("daemon_gone", message.replace(/\.+$/, "."), START);
}

module.exports = { DaemonError, DaemonGone, Daemon, findDaemon };
