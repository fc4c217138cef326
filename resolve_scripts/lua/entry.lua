-- What a menu entry runs. In: lib and mailbox (folders), colour and action. Out: done.
--
-- Actions: edit and generate send what is selected and then place what comes back; place places
-- what is finished; stop ends the scripts that wait. What is said here only shows where Resolve has a
-- console; the daemon's page says the same. Nothing is left behind: no global, no preference.

local given = ...
local loaded = {}

-- A module's table; each file is run once, and gets this function for those it needs itself.
local function use(name)
  if loaded[name] == nil then
    loaded[name] = assert(loadfile(given.lib .. "/" .. name .. ".lua"))(use)
  end
  return loaded[name]
end

local host = use("host")
local loop = use("loop")
local mailbox = use("mailbox")
local orders = use("orders")
local report = use("report")
local verbs = use("verbs")

local NO_RESOLVE = "DaVinci Resolve was not found. Start this from Workspace > Scripts."
local NO_PROJECT = "Open a project first."

local function say(text)
  if text and text ~= "" then
    print(text)
  end
end

local function show(selected)
  say(selected.say)
  for _, name in ipairs({ "left_out", "warnings" }) do
    for _, sentence in ipairs(selected[name] or {}) do
      say(sentence)
    end
  end
  if not selected.opened and selected.url ~= "" then
    say("Open this page in a browser: " .. selected.url)
  end
end

local function run(resolve, daemon)
  local program = host.program(resolve)
  if given.action ~= "place" then
    local opened = host.now_open(resolve)
    if not opened or opened.project == nil then
      return say(NO_PROJECT)
    end
    show(daemon.select(report.report(given, resolve, program, opened, daemon.runner)))
  end
  loop.serve({
    resolve = resolve,
    program = program,
    verbs = daemon,
    once = given.action == "place",
    measured = { end_frame = "" },
    say = say,
  })
end

local function stop(daemon)
  say(("Scripts that were told to stop: %d."):format(daemon.stop()))
end

local function main()
  local resolve = host.find_resolve()
  local fusion = host.find_fusion(resolve)
  if resolve == nil or fusion == nil or not (bmd and bmd.wait) then
    return say(NO_RESOLVE)
  end
  local place = { folder = given.mailbox, fusion = fusion, wait = bmd.wait, now = host.now }
  local box = mailbox.open(place)
  local daemon = verbs.of(box)
  local ok, raised
  if given.action == "stop" then
    ok, raised = pcall(stop, daemon)
  else
    ok, raised = pcall(run, resolve, daemon)
  end
  mailbox.close(box)
  if not ok then
    say(orders.ending(raised) and raised.said or tostring(raised))
    say(orders.ending(raised) and raised.hint)
  end
end

main()
