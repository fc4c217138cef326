-- A take beside the original, in Resolve's own take selector. In: a desk. Out: what was read back.
--
-- Nothing on the timeline moves: the original stays among the takes, and the selector is never
-- finalised. A take of another length shows only once it is selected, so that each is selected
-- first and judged then.

local use = ...
local asking = use("ask")
local bins = use("bins")
local items = use("items")
local json = use("json")
local orders = use("orders")
local paths = use("paths")
local ask, whole, words = asking.ask, asking.whole, asking.words

local takes = {}

local MARKERS = 32 -- frames of the original that are tried for a marker: each take has one

-- By its id, else by where it lies.
local function find_original(desk)
  local order, placed = desk.order, nil
  for _, row in ipairs(items.laid(desk.timeline, "video", order.track)) do
    if order.item ~= "" and row.id == order.item then
      return row
    end
    placed = placed or (row.start == desk.record and row) or nil
  end
  for _, row in ipairs(order.item ~= "" and items.all_laid(desk.timeline, "video") or {}) do
    if row.id == order.item then
      return row
    end
  end
  if not placed then
    local said = "The shot that the take belongs to is not on track %d at frame %d any more."
    orders.refuse(said:format(order.track, order.record_start))
  end
  return placed
end

local function check_length(desk, original)
  if original.duration ~= desk.order.frames then
    local said = "The shot has %d frames now; the take was made for %d."
    orders.refuse(said:format(original.duration, desk.order.frames), items.told(original))
  end
end

local function count(original)
  return whole(ask(original.item, "GetTakesCount"))
end

-- Which take of the original is of our file, from 1; nil if none is.
local function find_take(desk, original)
  for number = 1, count(original) do
    local told = asking.rows(ask(original.item, "GetTakeByIndex", number))
    if paths.same_file(items.media_file(told.mediaPoolItem), desk.order.media) then
      return number
    end
  end
end

-- Selects that take; whether the shot then lies as it did, with the frames ordered.
local function is_chosen(desk, original, number)
  ask(original.item, "SelectTakeByIndex", number)
  local start, duration = ask(original.item, "GetStart"), ask(original.item, "GetDuration")
  return whole(start) == original.start and whole(duration) == desk.order.frames
end

-- `back`: the take that was selected before, 0 if none was. Gives the shot's length afterwards.
local function remove_take(original, number, back)
  ask(original.item, "SelectTakeByIndex", math.max(back, 1))
  ask(original.item, "DeleteTakeByIndex", number)
  return whole(ask(original.item, "GetDuration"))
end

-- Its number; both ways of counting the end are tried, and what went wrong is taken back.
local function add_take(desk, original)
  local order = desk.order
  local media = bins.import_media(desk.pool, order.bins, order.media, order.media_frames)
  local before, length = whole(ask(original.item, "GetSelectedTakeIndex")), original.duration
  local stop = order.source_start + order.frames
  for _, last in ipairs({ stop, stop - 1 }) do
    desk.keep_hold()
    desk.stay()
    local had = count(original)
    ask(original.item, "AddTake", media, order.source_start, last)
    local number = find_take(desk, original)
    if number and count(original) > had and is_chosen(desk, original, number) then
      return number
    end
    length = number and remove_take(original, number, before) or length
  end
  local left = find_take(desk, original) or length ~= original.duration
  local undone = left and "Look at the shot's takes." or "Everything was undone."
  local locked = ask(desk.timeline, "GetIsTrackLocked", "video", original.track)
  local why = locked and ("Track %d is locked. "):format(original.track) or ""
  local said = "Resolve did not add the take to the shot. " .. why .. undone
  orders.refuse(said, { takes = count(original) })
end

local function mark(desk, original)
  local item = original.item
  if items.is_marked(item, desk.order.marker.custom) then
    return {}
  end
  local first, frames = whole(ask(item, "GetLeftOffset")), {}
  local length = math.min(MARKERS, original.duration)
  for index = 1, length do
    frames[index], frames[length + index] = first + index - 1, index - 1
  end
  return items.mark(item, desk.order, frames)
end

-- The number of a take of an earlier run that was cut short, if it is right; else it is removed.
local function adopt(desk, original)
  local number = find_take(desk, original)
  if not number then
    return nil
  end
  desk.keep_hold()
  if is_chosen(desk, original, number) then
    return number
  end
  original.duration = remove_take(original, number, 1)
end

function takes.take(desk)
  local original = find_original(desk)
  local adopted = adopt(desk, original)
  local number = adopted
  if not number then
    check_length(desk, original)
    number = add_take(desk, original)
  end
  return {
    track = original.track,
    track_name = words(ask(desk.timeline, "GetTrackName", "video", original.track)),
    record_start = original.start - desk.record + desk.order.record_start,
    frames = desk.order.frames,
    item = original.id,
    take_index = number,
    warnings = json.list(mark(desk, original)),
    adopted = adopted ~= nil,
  }
end

return takes
