"""The daemon's own page. In: what it should show. Out: its address, and with what it asks."""

from pydantic import Field

from bridge.wire.base import Id, Inward, Outward


class PanelIn(Inward):
    selection: Id | None = Field(None, description="What it shows; what there is, if not given.")


class PanelOpened(Outward):
    opened: bool = Field(description="Whether a browser was started here.")
    url: str = Field(repr=False, description="Opens the page once, within a minute.")


class PanelSession(Outward):
    """Comes with a cookie; every request of the page carries both."""

    csrf: str = Field(repr=False, description="For the header X-NLE-Bridge-CSRF.")
    version: str
