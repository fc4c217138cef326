-- The sound that came with a take. In: a desk. Out: warnings; the picture stays in any case.

local use = ...
local append = use("append")
local bins = use("bins")
local items = use("items")
local orders = use("orders")
local tracks = use("tracks")

local sound = {}

local LEFT = "The sound of the take was not laid: %s The file is %s."
local NO_TRACK = "Resolve did not add an audio track."
local OURS_TO_TELL = { refused = true, elsewhere = true }

local function lay(desk, path, media, foreign)
  local lane = tracks.pick_sound_track(desk)
  if not lane then
    orders.refuse(NO_TRACK)
  end
  local cargo = { kind = "audio", path = path, media = media, foreign = foreign }
  local ok, raised = pcall(append.lay, desk, cargo, lane)
  if not ok then
    tracks.remove_lane(desk, "audio", lane)
    error(raised, 0)
  end
end

-- What lies of this sound: whether it is exactly there, what a script left, what is the editor's.
local function find_laid(desk, path)
  local leftovers, foreign = {}, {}
  for _, row in ipairs(items.of_file(desk.timeline, "audio", path)) do
    if append.is_exact(desk, row) then
      return true
    end
    local named = tracks.is_called(desk, "audio", row, desk.order.sound_track_name)
    local group = row.start == desk.record and named and leftovers or foreign
    group[#group + 1] = row
  end
  return false, leftovers, items.ids(foreign)
end

local function lay_missing(desk, path)
  local media, fresh = bins.import_media(desk.pool, desk.order.bins, path)
  local there, leftovers, foreign = false, {}, {}
  if not fresh then
    there, leftovers, foreign = find_laid(desk, path)
  end
  if not there then
    items.remove(desk, "audio", leftovers)
    lay(desk, path, media, foreign)
  end
end

-- On a track of its own, under the take; nothing where it lies there already. An ending only where
-- the take is another run's by now.
function sound.lay_sound(desk)
  local path = desk.order.sound
  if path == "" then
    return {}
  end
  local ok, raised = pcall(lay_missing, desk, path)
  if ok then
    return {}
  elseif OURS_TO_TELL[orders.ending(raised)] then
    return { LEFT:format(raised.said, path) }
  end
  error(raised, 0)
end

return sound
