"""``python -m bench [--json FILE] [NAME ...]``: the speed and memory figures, measured now."""

import argparse
import importlib
import json
import os
import platform
from pathlib import Path

PARTS = ("models", "drawing", "datasets", "quality", "clustering", "app", "compare")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
TAKES_SHARED = {"datasets", "quality", "clustering"}


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    ask.add_argument(
        "parts", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; default: all"
    )
    ask.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    args = ask.parse_args()
    unknown = set(args.parts) - set(PARTS)
    if unknown:
        ask.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    shared = SHARED if SHARED.is_dir() else None
    rows = []
    for part in args.parts or PARTS:
        module = importlib.import_module(f"bench.{part}")
        found = module.figures(shared) if part in TAKES_SHARED else module.figures()
        for row in found:
            rows.append({"part": part, **row})
            print(line(rows[-1]), flush=True)
    if args.json:
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        args.json.write_text(json.dumps({"machine": machine, "figures": rows}, indent=1) + "\n")


def line(row: dict) -> str:
    """One figure as a line of the table."""
    limit = row.get("limit")
    verdict = "" if limit is None else ("ok  " if row["value"] <= limit else "OVER")
    bound = "" if limit is None else f"<= {limit:g}"
    value = f"{row['value']:.4g} {row['unit']}"
    name, note = row["name"][:66], row.get("note", "")
    return f"{row['part']:10} {name:66} {value:>14} {bound:>9} {verdict:4} {note}"


if __name__ == "__main__":
    main()
