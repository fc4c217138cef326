-- A take on a track of its own. In: a desk. Out: what was read back, or an ending of `orders`.
--
-- Modes above and append. Everything may be cut short at any call: the next run finds by file and
-- marker what lies there, finishes it or takes it away, and begins again.

local use = ...
local append = use("append")
local asking = use("ask")
local bins = use("bins")
local items = use("items")
local json = use("json")
local orders = use("orders")
local sound = use("sound")
local tracks = use("tracks")
local ask, words = asking.ask, asking.words

local place = {}

-- Scripts lay a take where it belongs or on a lane of theirs, and above the original but for the
-- mode append. Anything else of this file was laid by hand, or is the take of another order.
local function may_be_ours(desk, row)
  local order = desk.order
  if order.mode == "above" and row.track <= order.track then
    return false
  end
  local where = row.start == desk.record or tracks.is_called(desk, "video", row, order.track_name)
  return where and not items.is_anothers(row.item, order.marker.custom)
end

-- Marked is done; exactly right is to be finished; what else can be a script's is left over; the
-- rest is foreign, neither counted nor touched.
local function find_placed(desk)
  local done, exact, leftovers, foreign = nil, nil, {}, {}
  for _, row in ipairs(items.of_file(desk.timeline, "video", desk.order.media)) do
    if items.is_marked(row.item, desk.order.marker.custom) then
      done = done or row
    elseif may_be_ours(desk, row) then
      leftovers[#leftovers + 1] = row
      exact = exact or (append.is_exact(desk, row) and row) or nil
    else
      foreign[#foreign + 1] = row
    end
  end
  return done or exact, leftovers, items.ids(foreign)
end

local function clear(desk, leftovers)
  if #leftovers == 0 then
    return
  end
  desk.keep_hold()
  if not items.remove(desk, "video", leftovers) then
    desk.stay()
    local said = "An earlier try left the take on track %d; Resolve did not let it be deleted."
    orders.refuse(said:format(leftovers[1].track), items.told(leftovers[1]))
  end
end

-- Marks it, lays the sound, and says what is there.
local function finish(desk, row, warnings, adopted)
  local order = desk.order
  local said = json.list({ unpack(warnings) })
  local function add(more)
    for _, sentence in ipairs(more) do
      said[#said + 1] = sentence
    end
  end
  if not items.is_marked(row.item, order.marker.custom) then
    if adopted then
      desk.keep_hold()
    end
    ask(row.item, "SetClipColor", order.clip_colour)
    add(items.mark(row.item, order, { order.source_start, 0 }))
  end
  add(sound.lay_sound(desk))
  return {
    track = row.track,
    track_name = words(ask(desk.timeline, "GetTrackName", "video", row.track)),
    record_start = row.start - desk.record + order.record_start,
    frames = row.duration,
    item = row.id,
    warnings = said,
    adopted = adopted,
  }
end

function place.place(desk)
  local order = desk.order
  local media, fresh = bins.import_media(desk.pool, order.bins, order.media, order.media_frames)
  local done, leftovers, foreign = nil, {}, {}
  if not fresh then
    done, leftovers, foreign = find_placed(desk)
  end
  if done then
    return finish(desk, done, {}, true)
  end
  clear(desk, leftovers)
  local lane = tracks.pick_track(desk)
  local cargo = { kind = "video", path = order.media, media = media, foreign = foreign }
  local ok, row = pcall(append.lay, desk, cargo, lane)
  if not ok then
    tracks.remove_lane(desk, "video", lane)
    error(row, 0)
  end
  return finish(desk, row, lane.warnings, false)
end

return place
