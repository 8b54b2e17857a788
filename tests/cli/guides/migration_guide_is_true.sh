# The page shows what its script does, and that works.
guide migration
