-- What a take is laid with. In: an order, what is open, the run's memory. Out: a desk.

local use = ...
local asking = use("ask")
local orders = use("orders")
local ask, words = asking.ask, asking.words

local desk = {}

-- `bench` stays the same for a whole run; `record` is where the take begins, in absolute timeline
-- frames.
function desk.lay_out(bench, order, opened, pool, record)
  local own = {
    order = order,
    project = opened.project,
    timeline = opened.timeline,
    pool = pool,
    record = record,
    measured = bench.measured, -- end_frame: how this Resolve counts, "" until it is known
  }
  local page_before

  -- The page is left only when something fails without.
  function own.to_edit_page()
    local page = words(ask(bench.resolve, "GetCurrentPage"))
    if page ~= "edit" then
      ask(bench.resolve, "OpenPage", "edit")
      page_before = page_before or page
    end
  end

  function own.back_to_page()
    if page_before and page_before ~= "" then
      ask(bench.resolve, "OpenPage", page_before)
    end
  end

  -- Before anything is written: an ending where the order is another's by now.
  function own.keep_hold()
    if not bench.verbs.hold(order.id) then
      orders.hold_lost()
    end
  end

  -- An ending where the editor went to another timeline: writes would go to that one.
  function own.stay()
    local current = ask(own.project, "GetCurrentTimeline")
    if words(ask(current, "GetUniqueId")) ~= opened.timeline_id then
      orders.elsewhere("Another timeline was opened while the take was being placed.")
    end
  end

  return own
end

return desk
