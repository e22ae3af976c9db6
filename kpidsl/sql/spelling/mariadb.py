"""MariaDB, where it differs from MySQL: nothing so far but its row in dialects.py."""
