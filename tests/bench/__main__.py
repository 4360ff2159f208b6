"""Run benchmarks by name, or all short ones: `python -m tests.bench [NAME...]`."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

NAMES = ("rules", "store", "polling")
OTHERS = ("soak", "tls")
"""Too long to be run unasked."""


def main(arguments: Sequence[str]) -> int:
    unknown = [name for name in arguments if name not in (*NAMES, *OTHERS)]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join((*NAMES, *OTHERS))}", file=sys.stderr)
        return 2
    for name in arguments or NAMES:
        module = f"tests.bench.{name}"
        if find_spec(module) is None:
            print(f"{name}: not here", file=sys.stderr)
            continue
        run: Callable[[], None] = import_module(module).run
        print(f"== {name} ==", flush=True)
        run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
