"""Compares a region with OSRM run in process, with one equal speed table on both sides.

    python tests/peers/osrm_table.py EXTRACT.osm.pbf path/to/buuta [PAIRS]

Needs the package `osrm-bindings` (Python 3.12) and OSRM's tools `osrm-extract` and
`osrm-contract` beside it; says so and ends with code 0 when they are not there. Both sides drive
every open road at 30 km/h, without waiting at signals, bends or surfaces, so that durations differ
only where the reading of the map does. Each pair that differs by more than 0.5 % is printed with
both answers, to be explained one by one.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SHARE_MAX = 0.005
PAIRS_WITHIN = 0.99

LUA = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', max_speed_for_map_matching = 50,
    u_turn_penalty = 0, continue_straight_at_waypoint = false } }
end
local open = { trunk=1, trunk_link=1, primary=1, primary_link=1, secondary=1, secondary_link=1,
  tertiary=1, tertiary_link=1, unclassified=1, residential=1, living_street=1, road=1, service=1 }
function process_node() end
function process_way(profile, way, result)
  if not open[way:get_value_by_key('highway')] then return end
  if way:get_value_by_key('area') == 'yes' then return end
  for _, key in ipairs({'motorcar', 'motor_vehicle', 'vehicle', 'access'}) do
    local value = way:get_value_by_key(key)
    if value == 'no' or value == 'private' then return end
    if value then break end
  end
  local oneway = way:get_value_by_key('oneway')
  local round = way:get_value_by_key('junction') == 'roundabout'
  result.forward_mode, result.backward_mode = mode.driving, mode.driving
  if oneway == 'yes' or oneway == '1' or (round and not oneway) then result.backward_mode = mode.inaccessible end
  if oneway == '-1' then result.forward_mode = mode.inaccessible end
  result.forward_speed, result.backward_speed = 30, 30
end
function process_turn() end
return { setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn }
"""


def equal_profile(buuta):
    """The car's profile with one speed and nothing that slows."""
    text = subprocess.run([buuta, "region", "profile", "car"], check=True, capture_output=True, text=True).stdout
    keep = {"trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
            "tertiary_link", "unclassified", "residential", "living_street", "road", "service"}
    lines, table = [], ""
    for line in text.splitlines():
        table = line.strip("[]") if line.startswith("[") else table
        key = line.split("=")[0].strip()
        if table == "speed_kmh" and "=" in line:
            if key not in keep:
                continue
            line = f"{key} = 30"
        elif table in ("surface", "smoothness") and "=" in line:
            line = f"{key} = 1.0"
        elif table == "barrier_s" and "=" in line:
            line = f"{key} = 0"
        lines.append(line)
    text = "\n".join(lines) + "\n"
    for pattern, value in [(r"limit_share = .*", "limit_share = 1.5"), (r"signal_s = .*", "signal_s = 0"),
                           (r"door_kmh = .*", "door_kmh = 160"), (r"right_side = .*", "right_side = []"),
                           (r"track_grade = .*", "track_grade = [1.0, 1.0, 1.0, 1.0, 1.0]"),
                           (r"closed_below_m = .*", "closed_below_m = 0"), (r"narrow_factor = .*", "narrow_factor = 1.0"),
                           (r"destination = .*", "destination = 1.0"), (r"steep_factor = .*", "steep_factor = 1.0"),
                           (r"bends_factor = .*", "bends_factor = 1.0")]:
        text = re.sub(pattern, value, text)
    return text


def main():
    extract, buuta = Path(sys.argv[1]), sys.argv[2]
    n_pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    try:
        import osrm
    except ImportError:
        print("skipped: the package osrm-bindings is not there")
        return 0
    if not shutil.which("osrm-extract"):
        print("skipped: osrm-extract is not on the path")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shutil.copy(extract, folder / "map.osm.pbf")
        (folder / "equal.lua").write_text(LUA)
        (folder / "equal.toml").write_text(equal_profile(buuta))
        subprocess.run(["osrm-extract", "-p", "equal.lua", "map.osm.pbf"], cwd=folder, check=True, capture_output=True)
        subprocess.run(["osrm-contract", "map.osrm"], cwd=folder, check=True, capture_output=True)
        region = folder / "map.buuta-region"
        subprocess.run([buuta, "region", "build", str(extract), "-o", str(region), "--profiles",
                        str(folder / "equal.toml")], check=True, capture_output=True)
        info = subprocess.run([buuta, "region", "info", str(region), "--json"], check=True, capture_output=True)
        south, west, north, east = json.loads(info.stdout)["bounds"]
        engine = osrm.OSRM(str(folder / "map.osrm"))
        chance = random.Random(1)
        n_near, n_told = 0, 0
        for _ in range(n_pairs):
            a, b = [(chance.uniform(south, north), chance.uniform(west, east)) for _ in range(2)]
            answer = engine.Route(osrm.RouteParameters(coordinates=[(a[1], a[0]), (b[1], b[0])]))
            theirs = answer["routes"][0]["duration"]
            snapped = [tuple(reversed(w["location"])) for w in answer["waypoints"]]
            way = folder / "way.geojson"
            command = [buuta, "region", "route", str(region), *[f"{p[0]},{p[1]}" for p in snapped],
                       "--profile", "car", "-o", str(way)]
            if subprocess.run(command, capture_output=True).returncode != 0:
                continue
            ours = json.loads(way.read_text())["features"][0]["properties"]["time_s"]
            n_told += 1
            # Ours is rounded up to whole seconds.
            is_near = abs(ours - theirs) <= max(1.0, theirs * SHARE_MAX)
            n_near += is_near
            if not is_near:
                print(f"{snapped[0]} {snapped[1]}: {ours} s here, {theirs:.1f} s there")
        print(f"{n_near} of {n_told} pairs within {SHARE_MAX:.1%}")
        return 0 if n_told and n_near / n_told >= PAIRS_WITHIN else 1


if __name__ == "__main__":
    sys.exit(main())
