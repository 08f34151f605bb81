"""Django as an ASGI application; ``warmline.cli`` serves it beside the gateway."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warmline.settings")

pages = get_asgi_application()

from django.conf import settings  # noqa: E402

from warmline.core.body_limit import BodyLimit  # noqa: E402
from warmline.support.sent_reports import BODY_MOST  # noqa: E402

# Forms are at most DATA_UPLOAD_MAX_MEMORY_SIZE; what is a little above still gets Django's page.
# A report may bring 50 sealed messages.
application = BodyLimit(
    pages,
    2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    more={r"/talk/\d+/report/": BODY_MOST},
)
