"""Curves and candles as inline SVG: no chart library on the way to the first screen."""
