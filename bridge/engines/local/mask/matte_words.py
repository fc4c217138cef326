"""How a matte is asked for. In: a prompt, options, what is there. Out: the method; pure."""

from types import MappingProxyType

from bridge.engines.base import RenderRequest
from bridge.engines.local.mask import mask_words
from bridge.engines.local.mask.mask_words import Key
from bridge.engines.local.options import MatteOptions, Method
from bridge.errors import EngineRefused

LEAST_HUE = 0.15  # between the strongest and the weakest of red, green and blue
WORDS = MappingProxyType(
    {
        "green screen": "what stands before a screen of one strong colour, also blue or another",
        "clean plate": "what differs from the reference still, the same set without it",
        "cut out": "what the mask is drawn around",
    }
)
METHODS = MappingProxyType(
    {
        "green screen": Method.screen,
        "greenscreen": Method.screen,
        "blue screen": Method.screen,
        "bluescreen": Method.screen,
        "chroma key": Method.screen,
        "clean plate": Method.plate,
        "cut out": Method.cut,
        "cutout": Method.cut,
    }
)


def method_of(request: RenderRequest, options: MatteOptions) -> Method:
    """As the options say, then the words, then what is there. The mask's still is not counted."""
    words = " ".join(request.prompt.casefold().split()).strip(".! ")
    if words and words not in METHODS:
        raise EngineRefused(
            f'A matte is not made by the words "{request.prompt[:80]}".',
            hint=f"It knows: {', '.join(WORDS)}; or leave the prompt empty.",
        )
    if options.method is not None:
        return options.method
    if words:
        return METHODS[words]
    if request.references:
        return Method.plate
    return Method.screen if options.mask is None else Method.cut


def check(request: RenderRequest, options: MatteOptions) -> tuple[str, ...]:
    """`EngineRefused` where a method lacks what it works with; sentences on what is not used."""
    method = method_of(request, options)
    if options.colour is not None:
        _check_colour(options.colour)
    if method is Method.plate and not request.references:
        raise EngineRefused(
            "A clean plate needs a still to compare with, and there is no reference.",
            hint="Give a picture of the set, without what is to be cut out, as a reference.",
        )
    if method is Method.cut:
        _check_cut(options)
    notes: list[str] = []
    if request.references and method is not Method.plate:
        notes.append("The reference still is not used: only a clean plate is compared with one.")
    if options.colour is not None and method is not Method.screen:
        notes.append("The colour is not used: there is no screen.")
    return tuple(notes)


def _check_colour(text: str) -> None:
    colour = mask_words.rgb(text)
    if max(colour) - min(colour) < LEAST_HUE:
        raise EngineRefused(
            f"A screen of the colour {text} has no hue that could be told from the foreground.",
            hint="Compare with a clean plate, or draw a mask around what is to be cut out.",
        )


def _check_cut(options: MatteOptions) -> None:
    drawn = "Draw a rectangle around the object."
    if options.mask is None:
        raise EngineRefused("To cut an object out, it has to be said where it is.", hint=drawn)
    if isinstance(mask_words.parse(options.mask).shape, Key):
        raise EngineRefused("A colour does not say what object is to be cut out.", hint=drawn)
