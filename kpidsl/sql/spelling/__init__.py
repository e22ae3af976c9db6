"""How a dialect spells what it does not share with the others: one file a dialect, loaded when it is asked for."""
