"""A media child that misbehaves in the way that its request's file name says."""

import json
import os
import sys
import time


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    how = json.loads(sys.stdin.readline())["order"]["source"]["path"].rsplit("/", 1)[-1]
    if how == "flood":  # of letters on stderr, without a line's end
        for _ in range(2000):
            sys.stderr.write("x" * 10_000)
    elif how == "babble":
        say("this is not JSON")
    elif how == "hang":
        time.sleep(60)
    elif how == "beat":
        while True:
            say(json.dumps({"frames": 0}))
            time.sleep(0.02)
    elif how == "quit":
        os._exit(3)
    elif how == "env":
        say(json.dumps({"error": {"code": "media", "message": repr(dict(os.environ))}}))
        return
    say(json.dumps({"error": {"code": "media_damaged", "message": how}}))


if __name__ == "__main__":
    main()
