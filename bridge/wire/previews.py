"""Previews: a quick, small look at what a recipe would make. In: the recipe. Out: how far it is."""

from typing import Annotated

from pydantic import Field

from bridge.wire.base import MOST_FRAMES, ErrorOut, Id, Inward, Outward, RateText
from bridge.wire.recipes import RecipeIn

Slot = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$", examples=["panel"])]


class PreviewIn(Inward):
    selection: Id
    recipe: RecipeIn
    shot: Annotated[
        int,
        Field(
            strict=True,
            ge=0,
            le=MOST_FRAMES,
            description="Place in the selection's shots; a new shot needs none.",
        ),
    ] = 0
    slot: Slot = Field("panel", description="A newer preview in the same slot ends the older one.")


class ShownOut(Outward):
    """Record frames of which there are pictures of their own: `count`, each `step` apart."""

    first: int
    count: int
    step: int


class PreviewOut(Outward):
    id: Id
    state: str = Field(examples=["working", "done", "failed", "superseded", "cancelled"])
    revision: int = Field(description="Goes up with every better look; 0: there is none yet.")
    stage: str = Field(description="What can be seen.", examples=["none", "strip", "shot"])
    frames: int = Field(description="Record frames of the shot.")
    shown: ShownOut
    width: int = Field(description="Of the pictures, pixels.")
    height: int
    rate: RateText
    error: ErrorOut | None = None
