"""A season that nobody has: a pack and a roster tried together on a virtual clock, in a database thrown away."""
