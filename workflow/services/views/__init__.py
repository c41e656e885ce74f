"""What people look at: read models made from one snapshot, each a value without sentences.

Nothing here writes or decides. Names that were erased are None; free texts are looked up in the erasable table.
"""
