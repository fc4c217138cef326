"""What should be made of the selected shots. In: JSON of a panel or command. Out: a `Recipe`."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from bridge.engines.base import Kind
from bridge.media.facts import Codec
from bridge.pipeline.recipe import Recipe, Still
from bridge.timeline.facts import Flavour, Mode
from bridge.wire.base import Attached, Frames, Inward, LocalPath, SomeFrames, Text, Word


def _text(value: object) -> object:
    """A frame number may be written as the number it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Moment = Annotated[
    str,
    Field(
        min_length=1,
        max_length=32,
        description="A record timecode, or a record frame counted from the timeline's start.",
        examples=["01:00:04:12", "86"],
        json_schema_extra={"type": ["string", "integer"]},
    ),
    BeforeValidator(_text),
]


TrackMoment = Annotated[
    str,
    Field(
        min_length=1,
        max_length=32,
        description="As a moment; also on one track.",
        examples=["01:00:04:12", "V2@01:00:04:12"],
        json_schema_extra={"type": ["string", "integer"]},
    ),
    BeforeValidator(_text),
]


class StillIn(Inward):
    """A picture for one moment of the shot: a file, or a frame of the timeline itself."""

    at: Moment
    image: LocalPath | None = Field(None, description="A picture file.")
    frame_of: TrackMoment | None = Field(
        None, description="The picture that the timeline shows at this moment."
    )
    window: Word | None = Field(
        None,
        description="IN-OUT, two moments between which it works; OUT is not in it.",
        examples=["01:00:04:00-01:00:06:00"],
    )

    @model_validator(mode="after")
    def _one_picture(self) -> Self:
        if (self.image is None) == (self.frame_of is None):
            raise ValueError("a still is a picture file (image) or a moment (frame_of)")
        return self

    def still(self) -> Still:
        image = None if self.image is None else Path(self.image)
        return Still(self.at, image, self.frame_of, self.window)


class RecipeIn(Inward):
    kind: Kind = Field(Kind.edit, description="Change the selected shots, or make a new one.")
    prompt: Text = Field("", examples=["make it dusk"])
    engine: Word = Field("local", examples=["local", "runway"])
    model: Word | None = Field(None, description="The engine's first that can do it, if not given.")
    keyframes: tuple[StillIn, ...] = Field((), max_length=64)
    references: tuple[LocalPath, ...] = Field((), max_length=64)
    reference_frames: tuple[TrackMoment, ...] = Field(
        (), max_length=64, description="References that the timeline shows at these moments."
    )
    camera: tuple[Word, ...] = Field((), max_length=16, examples=[["zoom in 10% ease-in-out"]])
    options: Attached = Field(
        default_factory=dict, description="What this model takes beyond; see the engine's schema."
    )
    seed: int | None = Field(None, strict=True, ge=0, le=2**63 - 1)
    at: Moment | None = Field(None, description="generate: where the new shot begins.")
    extend: Word | None = Field(
        None,
        description="generate: the clip after whose last frame the new shot begins.",
        examples=["V1:3"],
    )
    fill: TrackMoment | None = Field(
        None, description="generate: a moment in the gap that the new shot fills."
    )
    duration: SomeFrames | None = Field(None, description="generate: its length, record frames.")
    handles: Frames = Field(0, description="Record frames beyond the cut, on both sides.")
    codec: Codec = Codec.prores_hq
    mode: Mode = Field(Mode.above, description="How the result comes back onto the timeline.")
    flavour: Flavour | None = Field(None, description="That of the timeline, if not given.")
    out: LocalPath | None = Field(None, description="The new timeline file.")
    media_folder: LocalPath | None = Field(None, description="Where delivered files go.")

    def recipe(self) -> Recipe:
        """The same, as the pipeline takes it."""
        plain = {name: getattr(self, name) for name in type(self).model_fields}
        return Recipe(
            **plain
            | {
                "keyframes": tuple(still.still() for still in self.keyframes),
                "references": tuple(Path(path) for path in self.references),
                "options": dict(self.options),
                "out": None if self.out is None else Path(self.out),
                "media_folder": None if self.media_folder is None else Path(self.media_folder),
            }
        )
