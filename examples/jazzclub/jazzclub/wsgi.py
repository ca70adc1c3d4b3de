"""The site for WSGI servers."""

import os

from vivace.core.wsgi import get_wsgi_application

os.environ.setdefault("VIVACE_SETTINGS_MODULE", "jazzclub.settings")

application = get_wsgi_application()
