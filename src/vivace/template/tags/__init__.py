"""The built-in tags, by what they are about; each module has a library of its own.

For those who change a tag. Users find all of them in `vivace.template.defaulttags`, which joins the
libraries; the tags that put templates together are in `vivace.template.loader_tags`.
"""
