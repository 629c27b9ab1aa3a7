"""The refresher, without pandas: TA-Lib would load it for arguments that nobody here has.

Pandas and pyarrow take 67 MB of each process, and half of the time that an import of the refresher takes.
"""

import sys

if "pandas" not in sys.modules:
    sys.modules["pandas"] = None  # type: ignore[assignment]  # an import of it fails, and TA-Lib goes on without
    try:
        import talib  # noqa: F401 - the first import decides
    finally:
        del sys.modules["pandas"]
