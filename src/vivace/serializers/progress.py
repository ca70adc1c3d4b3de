"""A bar of dots that tells how much of a long output is written."""

from __future__ import annotations

from typing import Any

from vivace.utils.naming import published


@published("core.serializers.base.ProgressBar")
class ProgressBar:
    """Draws on the stream `output`, if there is one, how many of `total_count` are done."""

    progress_width = 75

    def __init__(self, output: Any, total_count: int) -> None:
        self.output = output
        self.total_count = total_count
        self.prev_done = 0

    def update(self, count: int) -> None:
        """Tell that `count` are done; the bar is drawn when it gets longer."""
        if not self.output:
            return
        width = self.progress_width
        # In whole percents: what is drawn is the same for all who count.
        done = (count * 100 // self.total_count) * width // 100
        if done <= self.prev_done:
            return
        self.prev_done = done
        start = "" if self.total_count == 1 else "\r"
        self.output.write(f"{start}[{'.' * done}{' ' * (width - done)}]")
        if done == width:
            self.output.write("\n")
        self.output.flush()
