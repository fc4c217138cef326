"""A media child that misbehaves in the way that its request's file name says."""

import json
import os
import sys
import time


def main() -> None:
    how = json.loads(sys.stdin.readline())["order"]["source"]["path"].rsplit("/", 1)[-1]
    if how == "flood":  # of letters on stderr, without a line's end
        for _ in range(2000):
            sys.stderr.write("x" * 10_000)
    elif how == "babble":
        print("this is not JSON", flush=True)
    elif how == "hang":
        time.sleep(60)
    elif how == "beat":
        while True:
            print(json.dumps({"frames": 0}), flush=True)
            time.sleep(0.02)
    elif how == "quit":
        os._exit(3)
    elif how == "env":
        print(json.dumps({"error": {"code": "media", "message": repr(dict(os.environ))}}))
        return
    print(json.dumps({"error": {"code": "media_damaged", "message": how}}), flush=True)


if __name__ == "__main__":
    main()
