"""The site for ASGI servers."""

import os

from vivace.core.asgi import get_asgi_application

os.environ.setdefault("VIVACE_SETTINGS_MODULE", "jazzclub.settings")

application = get_asgi_application()
