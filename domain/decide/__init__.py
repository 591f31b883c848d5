"""Deciding: what a command leads to, a file for each kind of stream. Facts and states know nothing of this room.

Everything that may refuse stands here, and nothing that folds does: so tightening a rule never touches what was recorded.
"""
