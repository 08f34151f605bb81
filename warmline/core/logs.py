"""What may be written to a log: that something happened, never to whom or what was said."""

from __future__ import annotations

import logging
import traceback


class NothingPersonal(logging.Filter):
    """Drops the arguments that carry paths, requests and addresses.

    Django logs the path of every 4xx and 5xx answer; paths hold ids and codes.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.request"):
            status = getattr(record, "status_code", 0)
            record.msg, record.args = "A request was answered with %s", (status,)
            return bool(record.exc_info) or status >= 500
        if record.name.startswith("django.security"):
            record.msg, record.args = "A request was refused: %s", (record.name.rsplit(".", 1)[-1],)
        return True


class WithoutValues(logging.Formatter):
    """A traceback with places and the kind of error; the error's own words may quote a person."""

    def formatException(self, ei: object) -> str:
        kind, _error, trace = ei  # type: ignore[misc]
        places = "".join(traceback.format_list(traceback.extract_tb(trace)))  # type: ignore[has-type]
        return f"{places}{kind.__name__}"  # type: ignore[has-type]
