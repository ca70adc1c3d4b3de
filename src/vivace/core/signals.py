"""The signals of the request cycle, and that of changed settings.

Defined by ref/signals of the documentation.
"""

from vivace.dispatch import Signal

request_started = Signal()
request_finished = Signal()
got_request_exception = Signal()
setting_changed = Signal()
