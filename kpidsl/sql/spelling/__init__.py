"""How each dialect spells the operators and aggregates that it does not share with the others; one file a dialect, loaded when it is asked for."""
