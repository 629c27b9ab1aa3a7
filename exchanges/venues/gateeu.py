"""Gate for one region: the API of Gate."""

from exchanges.venues import gate

VENUE = gate.VENUE.sharing("gate")
