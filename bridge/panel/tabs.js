// Two views: side by side where there is room, else one at a time behind tabs. Out: `choose(name)`.

const WIDE = "(min-width: 1100px)";
const NAMES = ["work", "queue"];

const APART = {
  work: { role: null, "aria-labelledby": null },
  queue: { role: null, "aria-labelledby": "queue-title" },
};
const behind = (name) => ({ role: "tabpanel", "aria-labelledby": `tab-${name}` });

const byId = (id) => document.getElementById(id);

export function makeTabs() {
  const wide = matchMedia(WIDE);
  let chosen = "work";

  function draw() {
    byId("tabs").hidden = wide.matches;
    for (const name of NAMES) {
      const [tab, panel] = [byId(`tab-${name}`), byId(name)];
      tab.setAttribute("aria-selected", String(name === chosen));
      tab.tabIndex = name === chosen ? 0 : -1;
      panel.hidden = !wide.matches && name !== chosen;
      for (const [attribute, value] of Object.entries(wide.matches ? APART[name] : behind(name))) {
        if (value) panel.setAttribute(attribute, value);
        else panel.removeAttribute(attribute);
      }
    }
  }

  function choose(name) {
    chosen = name;
    draw();
  }

  const keys = {
    ArrowRight: (at) => at + 1,
    ArrowLeft: (at) => at - 1,
    Home: () => 0,
    End: () => NAMES.length - 1,
  };
  byId("tabs").addEventListener("keydown", (event) => {
    const to = keys[event.key]?.(NAMES.indexOf(chosen));
    if (to === undefined) return;
    event.preventDefault();
    choose(NAMES.at(to % NAMES.length));
    byId(`tab-${chosen}`).focus();
  });
  for (const name of NAMES) byId(`tab-${name}`).addEventListener("click", () => choose(name));
  wide.addEventListener("change", draw);
  draw();
  return {
    choose,
    narrow: () => !wide.matches,
    // There by keyboard: the view is shown and has the focus.
    go(name) {
      choose(name);
      byId(name).focus();
    },
  };
}
