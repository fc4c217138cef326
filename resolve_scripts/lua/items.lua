-- What lies on the tracks. In: a timeline. Out: rows with item, id, track, start, duration, stop.
--
-- Tracks count from 1; start and stop (exclusive) are absolute timeline frames.

local use = ...
local asking = use("ask")
local paths = use("paths")
local ask, whole, words = asking.ask, asking.whole, asking.words

local items = {}

function items.on_track(timeline, kind, track)
  return asking.rows(ask(timeline, "GetItemListInTrack", kind, track))
end

function items.all_tracks(timeline, kind)
  local found = {}
  for track = 1, whole(ask(timeline, "GetTrackCount", kind)) do
    found[track] = track
  end
  return found
end

local function look(item, track)
  local start, duration = whole(ask(item, "GetStart")), whole(ask(item, "GetDuration"))
  return {
    item = item,
    id = words(ask(item, "GetUniqueId")),
    track = track,
    start = start,
    duration = duration,
    stop = start + duration,
  }
end

function items.laid(timeline, kind, track)
  local found = {}
  for index, item in ipairs(items.on_track(timeline, kind, track)) do
    found[index] = look(item, track)
  end
  return found
end

function items.all_laid(timeline, kind)
  local found = {}
  for track = 1, whole(ask(timeline, "GetTrackCount", kind)) do
    for _, row in ipairs(items.laid(timeline, kind, track)) do
      found[#found + 1] = row
    end
  end
  return found
end

-- The rows for which `fits` is true.
function items.only(rows, fits)
  local kept = {}
  for _, row in ipairs(rows) do
    if fits(row) then
      kept[#kept + 1] = row
    end
  end
  return kept
end

-- On these tracks, or on all: each question costs, and a timeline may have thousands of items.
function items.of_file(timeline, kind, path, tracks)
  local found = {}
  for _, track in ipairs(tracks or items.all_tracks(timeline, kind)) do
    for _, item in ipairs(items.on_track(timeline, kind, track)) do
      if paths.same_file(items.file_of(item), path) then
        found[#found + 1] = look(item, track)
      end
    end
  end
  return found
end

-- Items on each track: where one was added or taken away, its track's number differs.
function items.counts(timeline, kind)
  local found = {}
  for _, track in ipairs(items.all_tracks(timeline, kind)) do
    found[track] = #items.on_track(timeline, kind, track)
  end
  return found
end

-- "" for titles, generators and whatever else has no file.
function items.file_of(item)
  return items.media_file(ask(item, "GetMediaPoolItem"))
end

function items.media_file(media)
  return words(ask(media, "GetClipProperty", "File Path"))
end

-- What a refusal says of a row.
function items.told(row)
  return row and { track = row.track, start = row.start, frames = row.duration } or {}
end

-- A set of the rows' ids.
function items.ids(rows)
  local found = {}
  for _, row in ipairs(rows) do
    found[row.id] = true
  end
  return found
end

function items.is_marked(item, custom)
  return next(asking.rows(ask(item, "GetMarkerByCustomData", custom))) ~= nil
end

-- Whether it is a placed take of another order: its marker names that order.
function items.is_anothers(item, custom)
  for _, marker in pairs(asking.rows(ask(item, "GetMarkers"))) do
    local own = words(marker.customData)
    if own ~= "" and own ~= custom then
      return true
    end
  end
  return false
end

-- Marks an item at the first of these frames that takes a marker: each holds one, and builds differ
-- in where they count from. Gives warnings: without its marker a take is known by its file alone.
function items.mark(item, order, frames)
  local marker = order.marker
  for _, frame in ipairs(frames) do
    ask(item, "AddMarker", frame, marker.colour, marker.name, marker.note, 1, marker.custom)
    if items.is_marked(item, marker.custom) then
      return {}
    end
  end
  return { "The take could not be marked." }
end

local function left_of(desk, kind, gone)
  local ids, seen, left = items.ids(gone), {}, {}
  for _, row in ipairs(gone) do
    for _, item in ipairs(seen[row.track] and {} or items.on_track(desk.timeline, kind, row.track)) do
      if ids[words(ask(item, "GetUniqueId"))] then
        left[#left + 1] = item
      end
    end
    seen[row.track] = true
  end
  return left
end

-- Whether they are gone. Deleting may need the Edit page; what it answers is not believed.
function items.remove(desk, kind, gone)
  local left = left_of(desk, kind, gone)
  for try = 1, 2 do
    if #left > 0 then
      ask(desk.timeline, "DeleteClips", left, false)
      left = left_of(desk, kind, gone)
    end
    if #left == 0 then
      return true
    end
    if try == 1 then
      desk.to_edit_page()
    end
  end
  return false
end

return items
