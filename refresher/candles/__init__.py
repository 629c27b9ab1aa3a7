"""Candles of held, ordered and watched markets: kept complete, from now backwards, beside the refreshes."""
