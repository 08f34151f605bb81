"""Django as an ASGI application; ``warmline.cli`` serves it beside the gateway."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warmline.settings")

application = get_asgi_application()
