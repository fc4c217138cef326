"""The fake against the published types, and what it does not let pass."""

import json
import subprocess

import pytest

from tests.premiere.driver import FAKE, node
from tests.premiere.published import members

# the types say that these are no Promises; the fake's own file imports are
LISTED = """
const { Gate, ApiObject } = require("./gate.js");
const found = {};
for (const file of ["action.js", "bins.js", "tracks.js", "sequences.js", "ppro.js"]) {
  for (const [name, kind] of Object.entries(require(`./${file}`))) {
    if (typeof kind !== "function" || !(kind.prototype instanceof ApiObject)) continue;
    const methods = {};
    for (let one = kind.prototype; one !== ApiObject.prototype; one = Object.getPrototypeOf(one)) {
      for (const member of Object.getOwnPropertyNames(one)) {
        if (member !== "constructor" && !member.startsWith("_")) {
          methods[member] = (kind.promised ?? []).includes(member);
        }
      }
    }
    found[name] = methods;
  }
}
const { World } = require("./world.js");
const { pproFor } = require("./ppro.js");
const own = pproFor(new World({}, () => null), { Error });
for (const [name, thing] of Object.entries(own)) {
  if (name === "Constants") continue;
  found[`${name}Static`] = Object.fromEntries(Object.keys(thing).map((one) => [one, null]));
}
found.Constants = Object.fromEntries(
  Object.entries(own.Constants).map(([name, values]) => [name, Object.keys(values)]),
);
process.stdout.write(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def modelled():
    command = [node(), "-e", LISTED]
    ended = subprocess.run(command, cwd=FAKE.parent, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def test_the_fake_has_no_member_that_the_types_lack(modelled):
    published = members()
    strange = [
        f"{kind}.{name}"
        for kind, names in modelled.items()
        if kind != "Constants"
        for name in names
        if name not in published[kind]
    ]
    assert strange == []
    assert sum(map(len, modelled.values())) > 100


def test_what_the_types_call_a_promise_is_one(modelled):
    published = members()
    wrong = [
        f"{kind}.{name}"
        for kind, names in modelled.items()
        if kind != "Constants"
        for name, promised in names.items()
        if promised is not None and published[kind][name] != promised
    ]
    assert wrong == []


def run(body):
    """JavaScript on a fresh world; what it returns."""
    script = f"""
    const {{ World }} = require("./world.js");
    const {{ pproFor }} = require("./ppro.js");
    const media = {{ duration: "100", start: "0", rate: 25, video: true, audio: false }};
    (async () => {{
      const world = new World({{}}, async () => media);
      world.openProject("Film");
      const cut = world.addSequence({{ name: "Cut", timebase: "10", zero: "0", size: [1, 1] }});
      await world.put(cut, {{ path: "/a.mov", track: 0, start: "0", length: "50", first: "0" }});
      await world.put(cut, {{ path: "/b.mov", track: 0, start: "50", length: "50", first: "0" }});
      const ppro = pproFor(world, {{ Error, dead: false, killAfter: null }});
      const project = await ppro.Project.getActiveProject();
      const sequence = await project.getActiveSequence();
      const editor = ppro.SequenceEditor.getEditor(sequence);
      const root = await project.getRootItem();
      const [, item] = await root.getItems();
      const at = (ticks) => ppro.TickTime.createWithTicks(String(ticks));
      const [track] = cut.tracks.video;
      const lies = () => track.items.map((one) => [Number(one.start), Number(one.end)]);
      {body}
    }})().then((value) => process.stdout.write(JSON.stringify(value)), (error) =>
      process.stdout.write(JSON.stringify(`error: ${{error.message}}`)));
    """
    command = [node(), "-e", script]
    ended = subprocess.run(command, cwd=FAKE.parent, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


OVERWRITE = "editor.createOverwriteItemAction(item, at(20), 0, 0)"
INSERT = "editor.createInsertProjectItemAction(item, at(20), 0, 0, true)"


def transaction(action):
    done = f"project.executeTransaction((all) => all.addAction({action}), 'x')"
    return f"project.lockedAccess(() => {done});"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (OVERWRITE, "outside of lockedAccess"),
        ("project.executeTransaction(() => {}, 'x')", "outside of lockedAccess"),
        ("project.lockedAccess(async () => {})", "awaited in"),
        (
            "project.lockedAccess(() => project.executeTransaction(async () => {}, 'x'))",
            "awaited in",
        ),
        (
            f"let old; project.lockedAccess(() => {{ old = {OVERWRITE}; }}); {transaction('old')}",
            "outlived its lock",
        ),
        ("ppro.TickTime.createWithTicks(5)", "Illegal parameter"),
        ("await project.importFiles(['/c.mov'], false)", "A dialog opened"),
    ],
)
def test_what_premiere_forbids_is_an_error(body, said):
    assert said in run(body)


def test_an_overwrite_destroys_what_lies_under_it():
    assert run(f"{transaction(OVERWRITE)} return lies();") == [[0, 20], [20, 120]]


def test_an_insert_pushes_what_lies_behind_it():
    pushed = [[0, 20], [20, 120], [120, 150], [150, 200]]
    assert run(f"{transaction(INSERT)} return lies();") == pushed


def test_a_transaction_is_one_step_of_undo():
    body = f"{transaction(OVERWRITE)} world.active.undos.pop().back(); return lies();"
    assert run(body) == [[0, 50], [50, 100]]


@pytest.mark.parametrize(("version", "promise"), [("25.6.0", True), ("26.3.0", False)])
def test_set_selection_changed_with_26_3(version, promise):
    body = f"""
      world.habits = {{ ...world.habits, version: "{version}" }};
      return sequence.setSelection(await sequence.getSelection()) instanceof Promise;
    """
    assert run(body) is promise
