"""DaVinci Resolve: its reports, orders, folders and mailbox. Values and files; no server."""
