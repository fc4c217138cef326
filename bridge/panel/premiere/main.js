// The panel. In: buttons. Out: reports to the daemon, takes on the sequence, one line that says so.
//
// What the manifest asks for, and why no more: `network: all`, for Premiere 26.3 has refused lists
// of addresses at 127.0.0.1 ("Manifest entry not found"), and each request carries a key besides;
// `webview` for 127.0.0.1 alone; `localFileSystem: plugin`, the panel's own folders, for the
// daemon does what is to be done with files; `launchProcess` for http and https, to open the
// browser; `clipboard`, to copy the diagnostics.

const config = require("./config.js");
const { DaemonError, findDaemon } = require("./daemon.js");
const { exported } = require("./export.js");
const { messageOf, nowOpen, program } = require("./host.js");
const { Loop } = require("./loop.js");
const { Page } = require("./page.js");
const { report } = require("./read.js");
const { Status } = require("./status.js");
const { Verbs } = require("./verbs.js");

const NO_PROJECT = "Open a project and a sequence first.";
const OTHER_VERSION = "Run nle-bridge install premiere: this panel is of another version.";
const ENDED =
  "Another panel places takes now, or this one was told to stop. Check connection to go on.";
const BY_HAND = "Open this page in a browser within a minute:";

const status = new Status(document);
const page = new Page(document.getElementById("page"), sleep);
const loop = new Loop({ daemon, lose, sleep, trouble, ended, say: (text) => status.say(text) });
/** @type {import("./daemon.js").Daemon | null} */
let known = null;
let selection = "";
let exportCount = 0;

/** @param {number} seconds */
function sleep(seconds) {
  return new Promise((/** @type {(value: void) => void} */ resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

/** The daemon, looked for where it is not known. */
async function daemon() {
  if (known) return known;
  known = await findDaemon(config);
  const other = config.version && config.version !== known.version;
  if (other) status.heed(OTHER_VERSION);
  else status.good(`Connected to the daemon on port ${known.port}.`);
  return known;
}

function lose() {
  known = null;
}

function ended() {
  status.heed(ENDED);
}

/** @param {unknown} error */
function trouble(error) {
  const hint = error instanceof DaemonError && error.hint ? ` ${error.hint}.` : "";
  status.bad(`${messageOf(error)}.${hint}`);
}

/** @param {Shell.Action} action */
async function select(action) {
  const opened = await nowOpen();
  if (!opened.project || !opened.sequence) return status.heed(NO_PROJECT);
  status.say("Reading what is selected.");
  const there = await daemon();
  loop.start();
  const file = await exported(opened.sequence, `${loop.runner}-${++exportCount}`);
  const more = { runner: loop.runner, page: page.wanted, exported: file };
  const told = await report(action, opened, more);
  const answer = await new Verbs(there, loop.runner).select(told);
  selection = String(answer.selection || "");
  const shown = Boolean(answer.opened) || (await page.show(String(answer.url), there.instance));
  const sentences = [answer.say, ...answer.left_out, ...answer.warnings];
  status.say(sentences.filter(Boolean).join(" "));
  if (!shown) status.heed(`${BY_HAND} ${answer.url}`);
}

async function openInBrowser() {
  const there = await daemon();
  const answer = await there.post("/v1/panel/open", { selection: selection || null });
  const shown = answer.opened || (await page.outside(answer.url));
  if (shown) status.good("The page is open in your browser.");
  else status.heed(`${BY_HAND} ${answer.url}`);
}

async function check() {
  lose();
  const there = await daemon();
  await there.met();
  loop.start();
  loop.wake();
}

function placeNow() {
  loop.placeNow();
}

async function copy() {
  const { product, version } = program();
  const opened = await nowOpen();
  const there = known ? `daemon ${known.version} on port ${known.port}` : "no daemon found";
  await status.copy([
    `${product} ${version}; panel ${config.version || "not installed"}`,
    `${there}; ports ${config.ports.join(" ")}`,
    `project ${opened.projectName || "none"}; sequence ${opened.sequenceName || "none"}`,
    `webview: ${page.fault || (page.webview ? "shown" : "not shown yet")}`,
  ]);
}

status.button("edit", () => select("edit"), trouble);
status.button("generate", () => select("generate"), trouble);
status.button("place", placeNow, trouble);
status.button("browser", openInBrowser, trouble);
status.button("check", check, trouble);
status.button("copy", copy, trouble);
loop.start();
