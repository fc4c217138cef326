"""Plan the edit of one shot.

In: a shot with its media, recipe, model. Out: every frame decided; pure.
"""

from decimal import Decimal
from fractions import Fraction

from bridge.engines.base import Model
from bridge.errors import RangeError, ShotRefused
from bridge.frames import FrameRange, Handles, Rate
from bridge.media.facts import Sound
from bridge.pipeline.fitting import (
    alpha_notes,
    even,
    form_notes,
    form_of,
    keyframes,
    rate_notes,
    references,
    render_rate,
    render_size,
    size_notes,
    still_notes,
)
from bridge.pipeline.planned import PlannedKeyframe, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Lengths, Segment, segments
from bridge.pipeline.selection import Selection, Shot
from bridge.source import SourceKind
from bridge.timeline.facts import Mode, Retime

ROOM = 24 * 3600 * 120  # frames: farther than any model looks beyond a shot


def edited(
    number: int, shot: Shot, selection: Selection, recipe: Recipe, model: Model
) -> PlannedShot:
    _check_beside(shot, recipe)
    facts, media = selection.facts, shot.media
    overshoot = _check_inside(shot, facts.rate)
    handles = _handles(shot, recipe)
    total = shot.clip.record.widened(handles).count
    width, height = even(media.width), even(media.height)
    render = render_size(width, height, media.pixel_aspect, model)
    rate, step = render_rate(facts.rate, model)
    lengths = Lengths(model.limits, rate, step)
    parts = segments(total, lengths, _room(shot, handles))
    stills = keyframes(selection.stills, shot.clip.record, handles, model)
    form = form_of(parts, render, media, model, recipe.options)
    start_frame, drop = _start(shot, handles, selection)
    return PlannedShot(
        id=f"s{number:03d}",
        name=shot.clip.name or shot.clip.place,
        place=shot.clip.place,
        record=shot.clip.record,
        rate=facts.rate,
        render_rate=rate,
        handles=handles,
        media=media,
        map=shot.map,
        width=width,
        height=height,
        pixel_aspect=media.pixel_aspect,
        colour=media.colour,
        render_width=render.width,
        render_height=render.height,
        segments=parts,
        keyframes=stills,
        references=references(selection.stills),
        start_frame=start_frame,
        drop=drop,
        sound=_sound(shot, handles, total, facts.rate),
        price=Decimal(0),
        warnings=(
            *_warnings(shot, recipe, handles),
            *overshoot,
            *alpha_notes(f"{shot.clip.place} ({shot.clip.name})", recipe.codec, media, model),
            *rate_notes(facts.rate, rate, step),
            *size_notes(width, height, media.pixel_aspect, render),
            *still_notes(stills, Fraction(width, height) * media.pixel_aspect),
            *_held_notes(shot, parts, step),
            *_bare_notes(parts, stills),
            *_window_notes(parts, stills),
            *form_notes(form, model, recipe.options),
        ),
        render_pixel_aspect=render.pixel_aspect,
        form=form,
    )


def _check_beside(shot: Shot, recipe: Recipe) -> None:
    """Refused here, before anything is paid, and not when the take is to be written beside it."""
    clip = shot.clip
    nested = "/" in clip.place
    if recipe.mode is not Mode.take or not (nested or clip.retime is not Retime.none):
        return
    words = (
        "lies in a nested sequence, which holds no takes"
        if nested
        else "is retimed, and a take beside it would be retimed again"
    )
    raise ShotRefused(
        f"{clip.place} ({clip.name}) {words}.",
        hint="Use the mode `above`, which always fits.",
        reason="nested" if nested else "retimed",
        clip=clip.place,
    )


def _start(shot: Shot, handles: Handles, selection: Selection) -> tuple[int, bool]:
    """Start timecode of the delivered file: the source's where frame follows frame."""
    facts, media = selection.facts, shot.media
    moving = media.source.kind is SourceKind.movie
    if moving and shot.clip.speed == 1 and media.rate == facts.rate:
        first = max(0, shot.map.at(-handles.head))
        return media.start_frame + first, ";" in (media.start_timecode or "")
    return max(0, facts.start_frame + shot.clip.record.start - handles.head), facts.drop


def _room(shot: Shot, handles: Handles) -> Handles:
    """Delivered frames that the media has before the head handle and after the tail handle."""
    span = FrameRange(0, shot.clip.record.count).widened(handles)
    if shot.media.source.kind is SourceKind.still:
        return Handles(ROOM, ROOM)
    inside = shot.map.inside(span.widened(Handles(ROOM, ROOM)), shot.media.frames)
    return Handles(max(0, span.start - inside.start), max(0, inside.end - span.end))


def _held_notes(shot: Shot, parts: tuple[Segment, ...], step: int) -> tuple[str, ...]:
    where = f"{shot.clip.place} ({shot.clip.name})"
    held = max(part.sent - -(-part.frames.count // step) for part in parts)
    if not held:
        return ()
    return (
        f"{where} is shorter than the model takes and its media has no more: "
        f"the last frame is held {held} times.",
    )


def _bare_notes(parts: tuple[Segment, ...], stills: tuple[PlannedKeyframe, ...]) -> tuple[str, ...]:
    """Parts of a long shot that have none of its stills."""
    bare = [
        number
        for number, part in enumerate(parts, 1)
        if stills and not any(still.frame in part.frames for still in stills)
    ]
    return tuple(f"Part {number} of {len(parts)} has no still of its own." for number in bare)


def _window_notes(
    parts: tuple[Segment, ...], stills: tuple[PlannedKeyframe, ...]
) -> tuple[str, ...]:
    """Windows that reach into parts of a long shot that do not get their still."""
    return tuple(
        f"The window of {still.image.name} reaches into part {number} of {len(parts)}, which does "
        "not hold its still: nothing changes there by it."
        for still in stills
        for number, part in enumerate(parts, 1)
        if still.window is not None
        and still.window.overlaps(part.keep)
        and still.frame not in part.frames
    )


def _check_inside(shot: Shot, rate: Rate) -> tuple[str, ...]:
    """
    Refuse a shot longer than its media.

    One frame over, between unlike rates, is a rounding of the editor's.
    """
    if shot.media.source.kind is SourceKind.still:
        return ()
    numbers = (shot.map.at(0), shot.map.at(shot.clip.record.count - 1))
    low, high = min(numbers), max(numbers)
    over = max(-low, high - (shot.media.frames - 1), 0)
    if over == 0:
        return ()
    where = f"{shot.clip.place} ({shot.clip.name})"
    if over == 1 and shot.media.rate != rate:
        return (f"{where} asks for one frame more than its media has; the nearest frame is held.",)
    raise RangeError(
        f"{where} uses source frames {low} to {high}, "
        f"but its media has frames 0 to {shot.media.frames - 1}.",
        hint="Shorten the clip in the editor or relink it to the full media.",
        clip=shot.clip.place,
        wanted=[low, high],
        available=[0, shot.media.frames - 1],
    )


def _handles(shot: Shot, recipe: Recipe) -> Handles:
    wanted = Handles(recipe.handles, recipe.handles).at_least(shot.clip.transitions)
    count = shot.clip.record.count
    if shot.media.source.kind is SourceKind.still:
        return wanted
    span = shot.map.inside(FrameRange(0, count).widened(wanted), shot.media.frames)
    return Handles(max(0, -span.start), max(0, span.end - count))


def _sound(shot: Shot, handles: Handles, total: int, rate: Rate) -> Sound | None:
    if shot.clip.speed != 1 or not shot.media.audio:
        return None
    start = shot.map.origin - handles.head * shot.map.step
    return Sound(shot.media.source.path, shot.media.rate.seconds(start), rate.seconds(total))


def _warnings(shot: Shot, recipe: Recipe, handles: Handles) -> tuple[str, ...]:
    where = f"{shot.clip.place} ({shot.clip.name})"
    wanted = Handles(recipe.handles, recipe.handles).at_least(shot.clip.transitions)
    notes: list[str] = []
    if handles != wanted:
        notes.append(
            f"{where} has {handles.head} and {handles.tail} frames of handles in its media, "
            f"not {wanted.head} and {wanted.tail}."
        )
    if shot.clip.speed != 1 and shot.media.audio:
        notes.append(f"{where} is retimed; its sound is not carried over.")
    size = (shot.media.width, shot.media.height)
    if size != (even(size[0]), even(size[1])):
        notes.append(f"{where} has odd sides ({size[0]} x {size[1]}); the take's are even.")
    if shot.media.interlaced != "progressive":
        notes.append(f"{where} is interlaced ({shot.media.interlaced}); its frames are kept woven.")
    if not shot.clip.enabled:
        notes.append(f"{where} is disabled in the timeline.")
    return tuple(notes)
