-- One order, from the claim to the answer. In: an order, what is open. Out: the daemon knows.
--
-- The order counts as done only once `ack` was sent: a script that ends before leaves what the
-- next run finds again.

local use = ...
local asking = use("ask")
local bins = use("bins")
local desks = use("desk")
local host = use("host")
local json = use("json")
local orders = use("orders")
local paths = use("paths")
local place = use("place")
local takes = use("takes")
local timelines = use("timelines")
local ask, whole, words = asking.ask, asking.whole, asking.words

local work = {}

local CLOSED = "Resolve does not give its media pool or timeline just now."
local UNKNOWN = "This script does not know the way %q of placing a take. Run: nle-bridge install resolve"

-- A take that belongs on no timeline: its source was a clip of the media pool.
local function keep_in_bin(desk)
  local order = desk.order
  local media = bins.import_media(desk.pool, order.bins, order.media, order.media_frames)
  local item = words(ask(media, "GetUniqueId"))
  return { frames = order.frames, item = item, warnings = json.list({}), adopted = false }
end

local ON_TIMELINE = { above = place.place, append = place.place, take = takes.take }
local IN_PROJECT = { timeline = timelines.new_timeline, bin = keep_in_bin }

local function elsewhere(what, name)
  local said = name == "" and "No %s is open; the take belongs to one."
    or 'The %s "%s" is open; the take belongs to another.'
  orders.elsewhere(said:format(what, name))
end

-- An ending unless the order's project, and the timeline it is laid on, are open. An empty id is that
-- of a Resolve which had none to give.
local function check_place(order, opened)
  local function differs(what)
    local wanted = order[what .. "_id"]
    return wanted ~= "" and wanted ~= opened[what .. "_id"]
  end
  if differs("project") then
    elsewhere("project", opened.project_name)
  end
  if ON_TIMELINE[order.mode] and differs("timeline") then
    elsewhere("timeline", opened.timeline_name)
  end
end

-- What was read back, or an ending.
local function done(bench, order, opened)
  paths.learn(order.decomposed)
  check_place(order, opened)
  local step = ON_TIMELINE[order.mode] or IN_PROJECT[order.mode]
  if not step then
    orders.refuse(UNKNOWN:format(order.mode))
  end
  local pool, start = ask(opened.project, "GetMediaPool"), ask(opened.timeline, "GetStartFrame")
  if pool == nil or (ON_TIMELINE[order.mode] and start == nil) then
    orders.elsewhere(CLOSED)
  end
  local desk = desks.lay_out(bench, order, opened, pool, whole(start) + order.record_start)
  local ok, readback = pcall(step, desk)
  desk.back_to_page()
  if not ok then
    error(readback, 0)
  end
  return readback
end

local function ack(bench, order, state, readback)
  readback.version = bench.program.version
  readback.product = bench.program.product
  readback.lane = "lua"
  readback.end_frame = bench.measured.end_frame
  bench.verbs.ack(order.id, state, readback)
end

-- Whether nothing works just now, such as while a dialog is open: that refuses no take.
local function is_silent(bench)
  local now = host.now_open(bench.resolve)
  return not now or now.busy ~= ""
end

local function release(bench, order, why)
  bench.verbs.release(order.id, why)
  bench.say(why)
end

-- Whether the order is settled; `bench`: resolve, program, verbs, measured, say.
function work.work(bench, order, opened)
  local ok, answer = pcall(done, bench, order, opened)
  local ending = not ok and orders.ending(answer)
  if ok then
    ack(bench, order, "placed", answer)
    for _, warning in ipairs(answer.warnings) do
      bench.say(warning)
    end
    return true
  elseif ending == "refused" and not is_silent(bench) then
    ack(bench, order, "refused", { reason = answer.said, found = answer.found })
    bench.say(answer.said)
    return true
  elseif ending == "refused" then
    release(bench, order, CLOSED)
  elseif ending == "elsewhere" then
    release(bench, order, answer.said)
  elseif ending ~= "hold lost" then
    error(answer, 0)
  end
  return false
end

return work
