-- Resolve itself. In: the globals that it gives a script. Out: its objects, and what is open in it.

local use = ...
local asking = use("ask")
local ask, words = asking.ask, asking.words

local host = {}

-- What `now_open` gives where no project is open.
host.NOTHING_OPEN = {
  project_id = "",
  project_name = "",
  timeline_id = "",
  timeline_name = "",
  busy = "",
}

local MODAL = "A dialog is open in Resolve, or it is busy."

-- Never `Fusion()`: it can start a second Resolve without windows.
function host.find_resolve()
  if resolve ~= nil then
    return resolve
  end
  local found = ask(app, "GetResolve")
  if found == nil and bmd and bmd.scriptapp then
    local ok, answer = pcall(bmd.scriptapp, "Resolve")
    found = ok and answer or nil
  end
  return found
end

-- What keeps preferences.
function host.find_fusion(found)
  return fusion or fu or ask(found, "Fusion")
end

-- Seconds, of whichever clock there is.
function host.now()
  return bmd.gettime and bmd.gettime() or os.time()
end

-- In slices: Resolve itself stands still while a script does not wait.
function host.sleep(seconds)
  local until_ = host.now() + seconds
  while host.now() < until_ do
    bmd.wait(0.05)
  end
end

-- product: "DaVinci Resolve Studio", or without Studio; version: "21.0.4.5"
function host.program(found)
  local parts = {}
  for _, part in ipairs(asking.rows(ask(found, "GetVersion"))) do
    if words(part) ~= "" then
      parts[#parts + 1] = words(part)
    end
  end
  return { product = words(ask(found, "GetProductName")), version = table.concat(parts, ".") }
end

-- Ids and names are "" where nothing is open; busy: why nothing can be placed now. nil where Resolve
-- does not even give its project manager: it is being quit, or a dialog keeps it silent.
function host.now_open(found)
  local manager = ask(found, "GetProjectManager")
  if manager == nil then
    return nil
  end
  local project = ask(manager, "GetCurrentProject")
  if project == nil then
    return host.NOTHING_OPEN
  end
  local timeline = ask(project, "GetCurrentTimeline")
  return {
    project = project,
    project_id = words(ask(project, "GetUniqueId")),
    project_name = words(ask(project, "GetName")),
    timeline = timeline,
    timeline_id = words(ask(timeline, "GetUniqueId")),
    timeline_name = words(ask(timeline, "GetName")),
    busy = ask(project, "GetMediaPool") == nil and MODAL or "",
  }
end

return host
