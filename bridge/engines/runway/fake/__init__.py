"""A stand-in for Runway, on this machine. In: HTTP as Runway's SDKs speak it. Out: rendered files.

    python -m bridge.engines.runway.fake --port 4750 --folder ~/fake-runway

Any official SDK works with it unchanged when its base URL is the one that is printed and its key is
anything at all. Bodies are held against the published types, everything is billed in a ledger that
outlives a kill, and results are rendered by the local engine: it is no model. An edit does the
looks which that engine has words for ("dusk", "film grain 30%") and fails on other words with the
code INPUT.UNSUPPORTED at no cost, unless `--any-words` lets footage come back as it was. New shots
move through their stills, or over a painted harbour; keyframes of an edit are taken and not used.
Upscaling scales, a higher frame rate repeats frames, high dynamic range is mapped and tagged,
sound is a tone. Nothing is fetched: what comes in is uploaded, or a data URI.

A studio can point its tools at one instance (`--host`) to rehearse without spending. Tests, and
whoever has the printed token, read `GET /fake/ledger` and `GET /fake/tasks`, and make it misbehave
with `POST /fake/script`; what can be told is in `scripts.py`.

The engine itself never imports this package.
"""
