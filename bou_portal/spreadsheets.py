"""Reads the first sheet of an xlsx or ods file: bytes on standard input, JSON on standard output.

Run as a program of its own, by its path, with memory and time limited before the parser sees a byte: what a hostile
file does to it happens to nobody else. Exit codes: 0 read, UNREADABLE, TOO_MUCH.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO

MEMORY = 768 * 2**20
SECONDS = 30
MAX_COLUMNS = 200
MAX_CHARACTERS = 40 * 10**6  # one long text shared by a million cells unpacks to nothing and prints as gigabytes
UNREADABLE, TOO_MUCH = 3, 4


def main() -> int:
    _limit()
    import python_calamine

    max_rows, rows, filled, characters = int(sys.argv[1]), [], 0, 0
    try:
        workbook = python_calamine.load_workbook(BytesIO(sys.stdin.buffer.read()))
        sheet = next((s for name in workbook.sheet_names if (s := workbook.get_sheet_by_name(name)).height), None)
        for cells in sheet.to_python(skip_empty_area=False) if sheet else ():
            rows.append(row := [as_text(cell) for cell in cells[:MAX_COLUMNS]])
            characters += sum(map(len, row))
            filled += any(row)
            if filled > max_rows + 1 or characters > MAX_CHARACTERS:
                return TOO_MUCH
    except (python_calamine.CalamineError, ValueError, OSError, MemoryError):
        return UNREADABLE
    json.dump({"rows": rows}, sys.stdout)
    return 0


def as_text(cell) -> str:
    """A cell as it would stand in a CSV file: whole numbers without a decimal, dates as ÅÅÅÅ-MM-DD, decimal comma."""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _limit():
    try:
        import resource
    except ImportError:  # Windows has no such limits; the gate before this program stands there alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    sys.exit(main())
