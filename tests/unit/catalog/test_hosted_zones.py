from __future__ import annotations

from gatewright.catalog import hosted_zones


def test_every_region_has_a_zone_of_its_own() -> None:
    assert hosted_zones.REGIONAL["us-east-1"] == "Z1UJRXOUMOOFQ8"
    zones = [hosted_zones.DISTRIBUTION, *hosted_zones.REGIONAL.values()]
    assert len(set(zones)) == len(zones)
    assert all(zone.startswith("Z") and zone.isalnum() and zone.isupper() for zone in zones)
