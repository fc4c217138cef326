-- The track a take goes on. In: a desk. Out: a lane {track, name, made, warnings}, free where the
-- take will lie.

local use = ...
local asking = use("ask")
local items = use("items")
local orders = use("orders")
local ask, whole, words = asking.ask, asking.whole, asking.words

local tracks = {}

local function name_of(timeline, kind, track)
  return words(ask(timeline, "GetTrackName", kind, track))
end

local function begins(text, start)
  return text:sub(1, #start) == start
end

-- There, not locked, and with nothing where the take will lie.
function tracks.is_free(desk, kind, track)
  local timeline, start = desk.timeline, desk.record
  if track < 1 or track > whole(ask(timeline, "GetTrackCount", kind)) then
    return false
  end
  if ask(timeline, "GetIsTrackLocked", kind, track) then
    return false
  end
  for _, row in ipairs(items.laid(timeline, kind, track)) do
    if row.start < start + desk.order.frames and start < row.stop then
      return false
    end
  end
  return true
end

-- A track that was made for nothing, if it is that one and empty.
function tracks.remove_lane(desk, kind, lane)
  local empty = #items.laid(desk.timeline, kind, lane.track) == 0
  if lane.made and empty and name_of(desk.timeline, kind, lane.track) == lane.name then
    ask(desk.timeline, "DeleteTrack", kind, lane.track)
  end
end

-- Whether a row lies on a track whose name begins so.
function tracks.is_called(desk, kind, row, name)
  return begins(name_of(desk.timeline, kind, row.track), name)
end

-- Every track's name, and how many items it has, the first and the last: by these tracks are told from
-- others. All its items would tell no more, and each question costs. One that nobody
-- named is called by its number, which changes when a track comes in below: its own name is without.
local function strips(timeline, kind)
  local found = {}
  for track = 1, whole(ask(timeline, "GetTrackCount", kind)) do
    local laid = items.on_track(timeline, kind, track)
    local ids = #laid > 0 and { #laid } or {}
    for _, item in ipairs({ laid[1], laid[#laid] }) do
      ids[#ids + 1] = words(ask(item, "GetUniqueId"))
    end
    local name = name_of(timeline, kind, track)
    local own = name:gsub(" " .. track .. "$", "")
    found[track] = { name = name, own = own, ids = table.concat(ids, "\n") }
  end
  return found
end

local function same_without(after, index, before, field)
  for at = 1, #before do
    local other = after[at < index and at or at + 1]
    if other[field] ~= before[at][field] then
      return false
    end
  end
  return true
end

-- Which track was added: the empty one without which the others are as before; nil if none was. Of
-- several that fit, one without which the names are as before too, then the wanted one.
local function new_track(before, after, wanted)
  if #after ~= #before + 1 then
    return nil
  end
  local best, best_rank
  for index, strip in ipairs(after) do
    if strip.ids == "" and same_without(after, index, before, "ids") then
      local same = same_without(after, index, before, "own")
      local rank = (same and 2 or 0) + (index == wanted and 1 or 0)
      if best == nil or rank >= best_rank then
        best, best_rank = index, rank
      end
    end
  end
  return best
end

-- `AI takes`, `AI takes 2` and so on.
local function free_name(name, taken)
  local used = {}
  for _, strip in ipairs(taken) do
    used[strip.name] = true
  end
  local number, free = 1, name
  while used[free] do
    number = number + 1
    free = name .. " " .. number
  end
  return free
end

local function named_lane(desk, kind, track, name, taken)
  ask(desk.timeline, "SetTrackName", kind, track, free_name(name, taken))
  local called = name_of(desk.timeline, kind, track)
  return { track = track, name = called, made = true, warnings = {} }
end

local function free_lane(desk, kind, name, lowest)
  for track = lowest, whole(ask(desk.timeline, "GetTrackCount", kind)) do
    local called = name_of(desk.timeline, kind, track)
    if begins(called, name) and tracks.is_free(desk, kind, track) then
      return { track = track, name = called, made = false, warnings = {} }
    end
  end
  return nil
end

-- The new track, or nil, and all tracks as they are now.
local function added(desk, wanted)
  local timeline, before = desk.timeline, strips(desk.timeline, "video")
  if #before >= wanted then
    ask(timeline, "AddTrack", "video", { index = wanted })
  end
  if whole(ask(timeline, "GetTrackCount", "video")) == #before then
    ask(timeline, "AddTrack", "video")
  end
  local after = strips(timeline, "video")
  return new_track(before, after, wanted), after
end

-- Directly above the original; on top where Resolve does not put it there.
local function new_lane(desk)
  local count = whole(ask(desk.timeline, "GetTrackCount", "video"))
  local wanted = math.min(desk.order.track, count) + 1
  local found, now = added(desk, wanted)
  if found == nil then
    desk.to_edit_page()
    found, now = added(desk, wanted)
  end
  if found == nil or found < wanted then
    if found ~= nil then
      local name = name_of(desk.timeline, "video", found)
      tracks.remove_lane(desk, "video", { track = found, name = name, made = true })
    end
    orders.refuse("Resolve did not add a video track.", { tracks = count })
  end
  local lane = named_lane(desk, "video", found, desk.order.track_name, now)
  if found ~= wanted then
    lane.warnings = { string.format('"%s" lies over track %d.', lane.name, found - 1) }
  end
  return lane
end

-- A free lane for the picture; refused where no track can be added.
function tracks.pick_track(desk)
  local order = desk.order
  if order.mode == "append" and tracks.is_free(desk, "video", order.track) then
    local called = name_of(desk.timeline, "video", order.track)
    return { track = order.track, name = called, made = false, warnings = {} }
  end
  return free_lane(desk, "video", order.track_name, order.track + 1) or new_lane(desk)
end

-- A free lane for the sound, or nil.
function tracks.pick_sound_track(desk)
  local name = desk.order.sound_track_name
  local known = free_lane(desk, "audio", name, 1)
  if known ~= nil then
    return known
  end
  local before = strips(desk.timeline, "audio")
  ask(desk.timeline, "AddTrack", "audio", "stereo")
  local now = strips(desk.timeline, "audio")
  local found = new_track(before, now, #before + 1)
  return found and named_lane(desk, "audio", found, name, now)
end

return tracks
