// The daemon's page. In: its address, good once and for a minute. Out: where it is shown.
//
// In a webview that fills the panel; where Premiere refuses one or loads nothing into it, in the
// browser: by Premiere, else by the daemon, else by the editor, who is told the address.

const { shell } = require("uxp");
const { ask } = require("./host.js");

const LOAD_SECONDS = 8;
const REASON = "NLE Bridge opens its page, which is served by this machine.";

class Page {
  /**
   * @param {any} place the element that holds the webview
   * @param {(seconds: number) => Promise<void>} sleep
   */
  constructor(place, sleep) {
    this.place = place;
    this.sleep = sleep;
    /** @type {any} */
    this.webview = null;
    this.shownBy = ""; // the daemon whose page is in the webview
    this.fault = ""; // why there is no webview
  }

  /**
   * What a report says of who shows the page.
   * @returns {Shell.Page}
   */
  get wanted() {
    return this.fault ? "browser" : "none";
  }

  /**
   * Shows an address that the daemon has not opened itself; whether that worked.
   * @param {string} url
   * @param {string} instance of the daemon
   */
  async show(url, instance) {
    // a page that runs is told of a new selection by the daemon, and keeps what was typed into it
    if (this.webview && this.shownBy === instance) return true;
    if (await this.inside(url, instance)) return true;
    return this.outside(url);
  }

  /**
   * @param {string} url
   * @param {string} instance
   */
  async inside(url, instance) {
    if (this.fault) return false;
    try {
      await this.loaded(url);
      this.shownBy = instance;
      return true;
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
      if (this.webview) this.webview.remove();
      this.webview = null;
      return false;
    }
  }

  /** @param {string} url */
  async loaded(url) {
    if (!this.webview) {
      this.webview = document.createElement("webview");
      this.place.appendChild(this.webview);
    }
    const view = this.webview;
    const ended = new Promise((resolve, fail) => {
      view.addEventListener("loadstop", resolve);
      view.addEventListener("loaderror", (/** @type {any} */ event) => {
        fail(new Error(String(event.message || "The page was not loaded.")));
      });
    });
    view.setAttribute("src", url);
    const late = this.sleep(LOAD_SECONDS).then(() => {
      throw new Error(`The page was not loaded within ${LOAD_SECONDS} seconds.`);
    });
    await Promise.race([ended, late]);
  }

  /**
   * In the browser; Premiere asks the editor first.
   * @param {string} url
   */
  async outside(url) {
    const answer = await ask(() => shell.openExternal(url, REASON), "refused");
    return answer === "";
  }
}

module.exports = { Page };
