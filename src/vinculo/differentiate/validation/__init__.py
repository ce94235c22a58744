"""How far the forecast can be trusted: holdouts, simple rules to beat, the choice of the model, its card."""
