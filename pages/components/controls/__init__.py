"""Controls: choices, switches and fields in one line and in menus."""
