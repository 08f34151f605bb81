"""Who may do what: one table for every address, and tests that try everything else."""
