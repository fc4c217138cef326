// Premiere itself. In: nothing. Out: what is open in it, and one way to change it.
//
// Getters give Promises up to 26.2, some of them plain values from 26.3 on: `await` takes both.
// From 26.3 on an action may be made under `lockedAccess` alone (Adobe's changelog).

const ppro = require("premierepro");
const uxp = require("uxp");
const config = require("./config.js");
const { Refused } = require("./orders.js");

const PRODUCT = "Adobe Premiere Pro";

/**
 * Asks Premiere. What is missing in this version, refused or empty is `otherwise`.
 * @template T
 * @param {() => T | null | undefined | Promise<T | null | undefined>} question
 * @param {T} otherwise
 * @returns {Promise<T>}
 */
async function ask(question, otherwise) {
  try {
    return (await question()) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function program() {
  const version = String(uxp.host.version || "");
  return { product: PRODUCT, version, plugin: String(config.version) };
}

/** @returns {Promise<Shell.Opened>} ids and names are empty where nothing is open */
async function nowOpen() {
  const project = await ask(() => ppro.Project.getActiveProject(), null);
  const sequence = project && (await ask(() => project.getActiveSequence(), null));
  return {
    project,
    projectId: project ? projectId(project) : "",
    projectName: project ? String(project.name || "") : "",
    sequence,
    sequenceId: sequence ? String(sequence.guid) : "",
    sequenceName: sequence ? String(sequence.name || "") : "",
  };
}

/**
 * The project's guid as it was first seen at this path: nobody has measured whether it is the same
 * after the project was closed and opened again.
 * @param {Ppro.Project} project
 */
function projectId(project) {
  const own = String(project.guid);
  if (!project.path) return own;
  const name = `project ${project.path}`;
  try {
    const known = localStorage.getItem(name);
    if (known) return String(known);
    localStorage.setItem(name, own);
  } catch {
    return own;
  }
  return own;
}

/**
 * One step of undo: all of the actions, or `Refused` with none of them done.
 *
 * The actions are made here, where Premiere is locked; `make` must not wait for anything. Each
 * list is a transaction of its own within the same lock.
 * @param {Ppro.Project} project
 * @param {string} name as Edit > Undo shows it
 * @param {...(() => (Ppro.Action | object)[])} makers
 */
async function change(project, name, ...makers) {
  /** @type {unknown} */
  let failure = null;
  await project.lockedAccess(() => {
    try {
      makers.forEach((make) => carryOut(project, name, make()));
    } catch (error) {
      failure = error; // an error is not let into Premiere, which holds its lock
    }
  });
  if (failure instanceof Refused) throw failure;
  if (failure) throw new Refused(`Premiere refused: ${messageOf(failure)}.`);
}

/**
 * @param {Ppro.Project} project
 * @param {string} name
 * @param {(Ppro.Action | object)[]} actions
 */
function carryOut(project, name, actions) {
  if (!actions.length) return;
  const done = project.executeTransaction((compound) => {
    actions.forEach((action) => compound.addAction(action));
  }, name);
  if (done === false) throw new Refused(`Premiere refused: ${name}.`);
}

/** @param {unknown} error */
function messageOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\.$/, "");
}

module.exports = { ask, program, nowOpen, change, messageOf };
