"""Speed, as ratios taken in one run: the SQL that is emitted against SQL written by hand, and the compiler against a bare interpreter."""
