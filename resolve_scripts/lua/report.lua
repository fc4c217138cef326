-- What is open and meant, raw. In: Resolve's objects. Out: a table for the verb `select`.
--
-- Nothing is interpreted: numbers are those that Resolve gave, absent where it gave none.

local use = ...
local asking = use("ask")
local json = use("json")
local ladder = use("ladder")
local paths = use("paths")
local ask, number, whole, words = asking.ask, asking.number, asking.whole, asking.words

local report = {}

local PROPERTIES = {
  "File Path",
  "File Name",
  "FPS",
  "Frames",
  "Start",
  "End",
  "Start TC",
  "Type",
  "Online Status",
  "Resolution",
  "Drop frame",
  "Usage",
}

local function each(rows, facts)
  local found = {}
  for index, row in ipairs(rows) do
    found[index] = facts(row)
  end
  return json.list(found)
end

local function timeline_facts(opened)
  local timeline = opened.timeline
  local function setting(name)
    local own = words(ask(timeline, "GetSetting", name))
    return own ~= "" and own or words(ask(opened.project, "GetSetting", name))
  end
  return {
    id = opened.timeline_id,
    name = opened.timeline_name,
    rate = setting("timelineFrameRate"),
    drop = setting("timelineDropFrameTimecode"),
    start_frame = whole(ask(timeline, "GetStartFrame")),
    end_frame = whole(ask(timeline, "GetEndFrame")),
    start_timecode = words(ask(timeline, "GetStartTimecode")),
    width = setting("timelineResolutionWidth"),
    height = setting("timelineResolutionHeight"),
  }
end

-- The OTIO file that Resolve wrote, under a name of its own, as Resolve keeps it open (reported);
-- "" where there is none. Its subtype is ignored; some builds lack the constant for none.
local function export(resolve, timeline, folder, session)
  local otio = resolve.EXPORT_OTIO
  if timeline == nil or otio == nil then -- not falsy: another export's constant is 0.0
    return ""
  end
  local file = paths.join(folder, "exports", session .. "-1.otio")
  local written = ask(timeline, "Export", file, otio, resolve.EXPORT_NONE)
  if bmd.fileexists then
    written = bmd.fileexists(file) -- what the call answers is not believed
  end
  return written and file or ""
end

local function markers(timeline)
  local found, frames = asking.rows(ask(timeline, "GetMarkers")), {}
  for frame in pairs(found) do
    frames[#frames + 1] = frame
  end
  table.sort(frames)
  return each(frames, function(frame)
    local marker = found[frame]
    return {
      frame = whole(frame),
      colour = words(marker.color),
      name = words(marker.name),
      note = words(marker.note),
    }
  end)
end

local function media_facts(media)
  local told, properties = asking.rows(ask(media, "GetClipProperty")), {}
  for _, name in ipairs(PROPERTIES) do
    properties[name] = told[name] ~= nil and words(told[name]) or nil
  end
  return {
    id = words(ask(media, "GetUniqueId")),
    name = words(ask(media, "GetName")),
    properties = properties,
  }
end

local function item_facts(chosen)
  local item = chosen.item
  local media = ask(item, "GetMediaPoolItem")
  return {
    id = words(ask(item, "GetUniqueId")),
    name = words(ask(item, "GetName")),
    track = chosen.track,
    start = whole(ask(item, "GetStart")),
    ["end"] = whole(ask(item, "GetEnd")),
    duration = whole(ask(item, "GetDuration")),
    left_offset = number(ask(item, "GetLeftOffset")),
    source_start = number(ask(item, "GetSourceStartFrame")),
    source_end = number(ask(item, "GetSourceEndFrame")),
    enabled = ask(item, "GetClipEnabled") ~= false,
    kind = words(ask(item, "GetType")),
    speed = number(asking.rows(ask(item, "GetSpeed")).Percentage), -- since 21.1
    colour = words(ask(item, "GetClipColor")),
    takes = whole(ask(item, "GetTakesCount")),
    fusion = whole(ask(item, "GetFusionCompCount")),
    media = media ~= nil and media_facts(media) or nil,
  }
end

-- `opened` has a project; its timeline may be missing. `given`: the action, colour and mailbox folder.
function report.report(given, resolve, program, opened, session)
  local timeline = opened.timeline
  local found = ladder.meant(timeline, ask(opened.project, "GetMediaPool"), given.colour)
  local mark_in, mark_out = ladder.marks(timeline)
  return {
    runner = session,
    action = given.action,
    lane = "lua",
    product = program.product,
    version = program.version,
    project = { id = opened.project_id, name = opened.project_name },
    timeline = timeline_facts(opened),
    export = export(resolve, timeline, given.mailbox, session),
    rung = found.rung,
    playhead = words(ask(timeline, "GetCurrentTimecode")),
    mark_in = mark_in,
    mark_out = mark_out,
    markers = markers(timeline),
    items = each(found.items, item_facts),
    pool = each(found.pool, media_facts),
  }
end

return report
