"""What the history says: any past state, whether it verifies, and what would be decided today (design section 6).

Nothing here reads a state column to believe it; columns are only compared with what the history gives.
"""
