"""Plan the edit of one shot.

In: a shot with its media, recipe, model. Out: every frame decided; pure.
"""

from decimal import Decimal

from bridge.engines.base import Model
from bridge.errors import RangeError
from bridge.frames import FrameRange, Handles, Rate
from bridge.media.facts import Sound
from bridge.pipeline.fitting import even, fitting_rate, keyframes, references, render_size
from bridge.pipeline.planned import PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import segments
from bridge.pipeline.selection import Selection, Shot
from bridge.source import SourceKind


def edited(
    number: int, shot: Shot, selection: Selection, recipe: Recipe, model: Model
) -> PlannedShot:
    facts, media = selection.facts, shot.media
    overshoot = _check_inside(shot, facts.rate)
    handles = _handles(shot, recipe)
    total = shot.clip.record.count + handles.head + handles.tail
    moving = media.source.kind is SourceKind.movie
    plain = moving and shot.clip.speed == 1 and media.rate == facts.rate
    first_source = max(0, shot.map.at(-handles.head))
    width, height = even(media.width), even(media.height)
    render = render_size(width, height, model)
    return PlannedShot(
        id=f"s{number:03d}",
        name=shot.clip.name or shot.clip.place,
        place=shot.clip.place,
        record=shot.clip.record,
        rate=fitting_rate(facts.rate, model),
        handles=handles,
        media=media,
        map=shot.map,
        width=width,
        height=height,
        pixel_aspect=media.pixel_aspect,
        colour=media.colour,
        render_width=render[0],
        render_height=render[1],
        segments=segments(total, facts.rate, model.limits),
        keyframes=keyframes(selection.stills, shot.clip.record, handles, model),
        references=references(selection.stills),
        start_frame=media.start_frame + first_source
        if plain
        else max(0, facts.start_frame + shot.clip.record.start - handles.head),
        drop=";" in (media.start_timecode or "") if plain else facts.drop,
        sound=_sound(shot, handles, total, facts.rate),
        price=Decimal(0),
        warnings=(*_warnings(shot, recipe, handles), *overshoot),
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
    if shot.media.alpha:
        notes.append(f"{where} has an alpha channel; engines get and give opaque pictures.")
    if shot.media.interlaced != "progressive":
        notes.append(f"{where} is interlaced ({shot.media.interlaced}); its frames are kept woven.")
    if not shot.clip.enabled:
        notes.append(f"{where} is disabled in the timeline.")
    return tuple(notes)
