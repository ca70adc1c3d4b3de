"""The built-in filters, by what they are about; each module has a library of its own.

For those who change a filter. Users find all of them, and `stringfilter`, in
`vivace.template.defaultfilters`, which joins the libraries.
"""
