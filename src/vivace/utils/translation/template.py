"""Door: templates prepared for xgettext, as they are known at this address."""

from vivace.i18n.templatize import (
    TRANSLATOR_COMMENT_MARK,
    TranslatorCommentWarning,
    templatize,
)

__all__ = ["TRANSLATOR_COMMENT_MARK", "TranslatorCommentWarning", "templatize"]
