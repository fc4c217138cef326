-- The whole timeline with the takes in it, as a new one. In: an order. Out: what was read back.
--
-- `ImportTimelineFromFile` gives nothing where the name is taken, and has been seen to leave clips
-- offline where the menu's import did not (reported for 18.6): what was imported is looked through.

local use = ...
local append = use("append")
local asking = use("ask")
local bins = use("bins")
local items = use("items")
local json = use("json")
local orders = use("orders")
local paths = use("paths")
local ask, whole, words = asking.ask, asking.whole, asking.words

local timelines = {}

local BY_HAND = "Import it by hand: File > Import > Timeline, %s."

local function find_timeline(project, name)
  for index = 1, whole(ask(project, "GetTimelineCount")) do
    local timeline = ask(project, "GetTimelineByIndex", index)
    if words(ask(timeline, "GetName")) == name then
      return timeline
    end
  end
end

-- Whether this is a clip without its file; transitions, titles and generators have none.
local function is_offline(item)
  local media = ask(item, "GetMediaPoolItem")
  if media ~= nil then
    return words(ask(media, "GetClipProperty", "Online Status")):lower():find("offline", 1, true) ~= nil
  end
  local kind = words(ask(item, "GetType"))
  if kind ~= "" then
    return kind == "video" and whole(ask(item, "GetFusionCompCount")) == 0
  end
  -- before 21.1: a transition has no properties, a title has a composition
  local properties = asking.rows(ask(item, "GetProperty"))
  return next(properties) ~= nil and whole(ask(item, "GetFusionCompCount")) == 0
end

-- The row of the take, exactly where it belongs; nil if it is not.
local function taken(order, timeline, laid)
  local at = { record = whole(ask(timeline, "GetStartFrame")) + order.record_start, order = order }
  return items.only(laid, function(row)
    return append.is_exact(at, row) and paths.same_file(items.file_of(row.item), order.media)
  end)[1]
end

-- What is wrong with it, in sentences.
local function faults(order, timeline)
  local laid, said = items.all_laid(timeline, "video"), {}
  local offline = items.only(laid, function(row)
    return is_offline(row.item)
  end)
  if #offline > 0 then
    local first = words(ask(offline[1].item, "GetName"))
    said[1] = ("%d clips are offline, %s first."):format(#offline, first)
  end
  if not taken(order, timeline, laid) then
    said[#said + 1] = "The take is not where it belongs."
  end
  return said
end

local function import_timeline(order, project, pool)
  local options = { timelineName = order.timeline_name, importSourceClips = true }
  ask(pool, "ImportTimelineFromFile", order.timeline_file, options)
  local made = find_timeline(project, order.timeline_name)
  if made == nil then
    orders.refuse("Resolve did not import the timeline. " .. BY_HAND:format(order.timeline_file))
  end
  return made
end

local function read_back(order, timeline, found, adopted)
  if #found > 0 then
    local said = table.concat(found, " ") .. " " .. BY_HAND:format(order.timeline_file)
    orders.refuse("The imported timeline is wrong: " .. said, { timeline = order.timeline_name })
  end
  local row = taken(order, timeline, items.all_laid(timeline, "video"))
  local track = row and row.track or 0
  return {
    track = track,
    track_name = words(ask(timeline, "GetTrackName", "video", track)),
    record_start = order.record_start,
    frames = order.frames,
    item = row and row.id or "",
    warnings = json.list({}),
    adopted = adopted,
    timeline = words(ask(timeline, "GetUniqueId")),
    timeline_name = order.timeline_name,
  }
end

-- The editor's timeline is open again afterwards; a wrong import is deleted again.
function timelines.new_timeline(desk)
  local order, project, pool = desk.order, desk.project, desk.pool
  local there = find_timeline(project, order.timeline_name)
  if there ~= nil then
    return read_back(order, there, faults(order, there), true)
  end
  for _, path in ipairs(order.all_media) do
    bins.import_media(pool, order.bins, path)
  end
  desk.keep_hold()
  local before = ask(project, "GetCurrentTimeline")
  local made = import_timeline(order, project, pool)
  local found = faults(order, made)
  if before ~= nil then
    ask(project, "SetCurrentTimeline", before)
  end
  if #found > 0 then
    ask(pool, "DeleteTimelines", { made })
    local left = find_timeline(project, order.timeline_name) ~= nil
    found[#found + 1] = left and "Delete it." or "It was deleted again."
  end
  return read_back(order, made, found, false)
end

return timelines
