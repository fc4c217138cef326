-- A menu entry of NLE Bridge. In: what Resolve put into its globals. Out: the library's work.
--
-- The installer writes one for each action, with its own texts for the four values below.

local given = {
  lib = "@LIB@",
  mailbox = "@MAILBOX@",
  colour = "@COLOUR@",
  action = "@ACTION@",
}

local entry = loadfile(given.lib .. "/entry.lua")
if entry then
  entry(given)
else
  print("NLE Bridge is not here any more. Run: nle-bridge install resolve")
end
