"""The editor of terms, derived from their typed parts.

`shapes` reads the types, `reading` turns what was posted into plain values, `drawing` turns plain
values into fields, `telling` says them in words; `labels`, `choices` and `wording` are the
vocabulary. A new kind of clause needs its words there and nothing else.
"""
