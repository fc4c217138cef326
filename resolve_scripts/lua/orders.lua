-- One take to place, as the daemon orders it. In: its table. Out: an order, and how its work may end.
--
-- The steps give what they read back, or raise one of the endings here: a table with `ending`, its
-- name, and `said`, a sentence.

local orders = {}

-- What JSON null left out.
local ABSENT = { sound = "", item = "", media_frames = 0, timeline_id = "", decomposed = {} }

function orders.from(told)
  local order = {}
  for name, value in pairs(ABSENT) do
    order[name] = value
  end
  for name, value in pairs(told) do
    order[name] = value
  end
  return order
end

-- It cannot be placed; `found` holds what was found instead.
function orders.refuse(said, found)
  error({ ending = "refused", said = said, found = found or {} }, 0)
end

-- It belongs to a project or timeline that is not open: another run may place it.
function orders.elsewhere(said)
  error({ ending = "elsewhere", said = said }, 0)
end

-- Somebody else places it, or it was placed meanwhile.
function orders.hold_lost()
  error({ ending = "hold lost", said = "Another run of the script has this take by now." }, 0)
end

-- Nobody answers, and nobody will.
function orders.gone(said)
  error({ ending = "gone", said = said }, 0)
end

-- The daemon's own words.
function orders.daemon_refuses(told)
  local said = told.message or "The NLE Bridge daemon refused a request."
  error({ ending = "daemon", said = said, hint = told.hint }, 0)
end

-- The name of an ending; nil for what is none.
function orders.ending(raised)
  return type(raised) == "table" and raised.ending or nil
end

return orders
