"""Compares a region with OSRM run in process, with one equal speed table on both sides.

    python tests/peers/osrm_table.py EXTRACT.osm.pbf path/to/buuta [PAIRS [PLACES]]

Needs the package `osrm-bindings` (Python 3.12; its tools `osrm-extract` and `osrm-contract` come
with it from version 26); says so and ends with code 0 when it is not there. Both sides drive every
open road at 30 km/h, without waiting at signals, bends or surfaces, so that durations differ only
where the reading of the map does. Each pair that differs by more than 0.5 % is printed with both
answers, to be explained one by one. With PLACES, OSRM's table of so many random places, durations
and distances, is timed too: the best of five, in one thread as OSRM answers one request.
"""

import json
import math
import random
import re
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARE_MAX = 0.005
PAIRS_WITHIN = 0.99
# Both sides begin and end at the same point of a road when it is at most so far.
SAME_PLACE_M = 1.0

LUA = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', max_speed_for_map_matching = 50,
    u_turn_penalty = 0, continue_straight_at_waypoint = false, use_turn_restrictions = true },
    restrictions = { 'motorcar', 'motor_vehicle', 'vehicle' } }
end
local open = { trunk=1, trunk_link=1, primary=1, primary_link=1, secondary=1, secondary_link=1,
  tertiary=1, tertiary_link=1, unclassified=1, residential=1, living_street=1, road=1, service=1 }
local function stated(object)
  for _, key in ipairs({'motorcar', 'motor_vehicle', 'vehicle', 'access'}) do
    local value = object:get_value_by_key(key)
    if value then return value end
  end
end
function process_node(profile, node, result)
  local value = stated(node)
  if value == 'no' or value == 'private' then
    obstacle_map:add(node, Obstacle.new(obstacle_type.barrier))
  end
end
function process_way(profile, way, result)
  if not open[way:get_value_by_key('highway')] then return end
  if way:get_value_by_key('area') == 'yes' then return end
  local value = stated(way)
  if value == 'no' or value == 'private' then return end
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
            "tertiary_link", "unclassified", "residential", "living_street", "road", "service", "alley", "driveway"}
    lines, table = [], ""
    for line in text.splitlines():
        table = line.strip("[]") if line.startswith("[") else table
        key = line.split("=")[0].strip()
        if table == "speed_kmh" and "=" in line:
            continue
        if line.startswith("[speed_kmh]"):
            line = "\n".join([line, *(f"{name} = 30" for name in sorted(keep))])
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


def away_m(a, b):
    """Meters between two near points, longitude first."""
    east = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return math.hypot(east, a[1] - b[1]) * 111_195


def timed_table(osrm, engine, info, n_places):
    """Seconds of the best of five tables, the answer's conversion to Python included."""
    south, west, north, east = json.loads(info.stdout)["bounds"]
    chance = random.Random(2)
    at = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(n_places)]
    asked = osrm.TableParameters(coordinates=at, annotations=["duration", "distance"])
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        engine.Table(asked)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def main():
    extract, buuta = Path(sys.argv[1]), sys.argv[2]
    n_pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    n_places = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    try:
        import osrm
    except ImportError:
        print("skipped: the package osrm-bindings is not there")
        return 0
    os.environ["PATH"] = f"{Path(osrm.__file__).parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
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
        engine = osrm.OSRM(storage_config=str(folder / "map.osrm"), use_shared_memory=False,
                           max_locations_distance_table=100_000)
        chance = random.Random(1)
        n_near, n_told, n_elsewhere = 0, 0, 0
        for _ in range(n_pairs):
            a, b = [(chance.uniform(south, north), chance.uniform(west, east)) for _ in range(2)]
            asked = osrm.RouteParameters(coordinates=[(a[1], a[0]), (b[1], b[0])], overview="full",
                                         geometries="geojson")
            try:
                answer = engine.Route(asked)
            except RuntimeError:  # Between two islands.
                n_elsewhere += 1
                continue
            route = answer["routes"][0]
            if route["distance"] < 1:
                continue
            # The ellipsoid makes ways north up to 0.5 % shorter than the sphere does.
            line = [tuple(at) for at in route["geometry"]["coordinates"]]
            sphere_m = sum(away_m(p, q) for p, q in zip(line, line[1:]))
            theirs = route["duration"] * sphere_m / route["distance"]
            snapped = [tuple(reversed(w["location"])) for w in answer["waypoints"]]
            way = folder / "way.geojson"
            command = [buuta, "region", "route", str(region), *[f"{p[0]},{p[1]}" for p in snapped],
                       "--profile", "car", "-o", str(way)]
            if subprocess.run(command, capture_output=True).returncode != 0:
                continue
            found = json.loads(way.read_text())["features"][0]
            ours, line = found["properties"]["time_s"], found["geometry"]["coordinates"]
            # An island, or a nearer lane of the eight meters around: another place, not another way.
            if away_m(line[0], line[1]) > SAME_PLACE_M or away_m(line[-1], line[-2]) > SAME_PLACE_M:
                n_elsewhere += 1
                continue
            n_told += 1
            # Ours is rounded up to whole seconds.
            is_near = -theirs * SHARE_MAX <= ours - theirs <= theirs * SHARE_MAX + 1.0
            n_near += is_near
            if not is_near:
                print(f"{snapped[0]} {snapped[1]}: {ours} s here, {theirs:.1f} s there")
        print(f"{n_near} of {n_told} pairs within {SHARE_MAX:.1%}; {n_elsewhere} begin or end on other roads")
        if n_places:
            print(f"table of {n_places} places: {timed_table(osrm, engine, info, n_places):.3f} s")
        return 0 if n_told and n_near / n_told >= PAIRS_WITHIN else 1


if __name__ == "__main__":
    sys.exit(main())
