"""What the control socket can ask of a running simulation; docs/devices/simulator.md tells each request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from simulator.bus_faults import Fault
from simulator.modules import Module
from simulator.sensors import Sampled
from simulator.serial_line import SerialLine
from simulator.tcp_line import TcpLine
from simulator.world import World

Line = SerialLine | TcpLine
Reply = dict[str, object]


class Asked:
    """One request: its keys by type, each error naming the key. Raises ValueError."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.read = {"do"}

    def text(self, key: str) -> str:
        return str(self._typed(key, str, "text"))

    def integer(self, key: str, default: int | None = None) -> int:
        return int(self._typed(key, int, "a whole number", default))

    def number(self, key: str, default: float | None = None) -> float:
        return float(self._typed(key, (int, float), "a number", default))

    def flag(self, key: str, default: bool | None = None) -> bool:
        return bool(self._typed(key, bool, "true or false", default))

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        self.read.add(key)
        return self.request.get(key) is not None

    def _typed(self, key: str, kind: type | tuple[type, ...], named: str, default: object = None) -> Any:
        self.read.add(key)
        value = self.request.get(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{key} is {value!r}; give {named}")
        return value

    def done(self) -> None:
        unread = sorted(set(self.request) - self.read)
        if unread:
            raise ValueError(f"{', '.join(unread)} means nothing here; leave it out")


class Actions:
    """The requests of one simulation."""

    def __init__(self, world: World, lines: dict[str, Line]) -> None:
        self.world = world
        self.lines = lines
        self.known: dict[str, Callable[[Asked], Reply]] = {
            "state": self.state,
            "stamps": self.stamps,
            "first_reply": self.first_reply,
            "burn": self.burn,
            "start_again": self.start_again,
            "cut": self.cut,
            "restore": self.restore,
            "open": self.open_breaker,
            "close": self.close_breaker,
            "stick": self.stick,
            "set": self.set,
            "fault": self.fault,
            "clear": self.clear,
            "step_input": self.step_input,
            "freeze": self.freeze,
            "module": self.module,
            "power_cycle": self.power_cycle,
        }

    def do(self, request: object) -> Reply:
        """Carry out one request; `ok` tells whether, `error` why not."""
        try:
            if not isinstance(request, dict):
                raise ValueError("a request is a JSON object with `do`")
            action = self.known.get(str(request.get("do")))
            if action is None:
                raise ValueError(f"there is no request {request.get('do')!r}; known are {', '.join(self.known)}")
            asked = Asked(request)
            reply = action(asked)
            asked.done()
        except ValueError as exc:
            return {"ok": False, "error": str(exc)}
        return {"ok": True, **reply}

    # -- looking

    def state(self, asked: Asked) -> Reply:
        """Everything at one moment."""
        world = self.world
        now_ns = time.monotonic_ns()
        with world.lock:
            world.advance(now_ns)
            return {
                "now_ns": now_ns,
                "plant_s": (now_ns - world.epoch_ns) / 1e9 * world.speed,
                "speed": world.speed,
                "faulty": world.truth.string_names[world.faulty],
                "burning": world.burn_from_s is not None,
                "strings": self._strings(),
                "breakers": self._breakers(now_ns),
                "boards": self._boards(now_ns),
                "ghost": self._ghost(),
                "charger": {"volts_per_cell": world.plant.charger_v, "on": world.plant.charger_on},
                "ups": self._ups(),
                "lines": {name: self._line(line) for name, line in self.lines.items()},
            }

    def _strings(self) -> Reply:
        plant = self.world.plant
        return {
            name: {
                "current_a": float(plant.current_a[row]),
                "ambient_degc": float(plant.ambient_degc[row]),
                "temperature_degc": [round(float(degc), 3) for degc in plant.temperature[row]],
                "voltage_v": [round(float(volts), 4) for volts in plant.voltage[row]],
                "resistance_ohm": [round(float(ohm), 6) for ohm in plant.now_ohm[row]],
                "bypass_a": [round(float(amps), 4) for amps in plant.bypass_a[row]],
                "smoke": self.world.smoke[name],
            }
            for row, name in enumerate(self.world.truth.strings)
        }

    def _breakers(self, now_ns: int) -> Reply:
        return {
            name: {
                "poles_closed": breaker.poles_closed(now_ns),
                "opened_contact": breaker.opened_contact(now_ns),
                "closed_contact": breaker.poles_closed(now_ns),
                "tripped_ns": breaker.tripped_ns,
                "stuck": breaker.stuck,
            }
            for name, breaker in self.world.breakers.items()
        }

    def _boards(self, now_ns: int) -> Reply:
        return {
            name: {
                "relays": list(board.relays),
                "changed_ns": list(board.changed_ns),
                "inputs": [contact(now_ns) for contact in board.contacts],
                "watchdog_s": board.holding[0] / 10,
                "fail_states": board.holding[1:],
                "expiries": board.expiries,
            }
            for name, board in self.world.boards.items()
        }

    def _ghost(self) -> Reply:
        ghost = self.world.ghost
        return {"hottest_degc": float(ghost.temperature.max()), "current_a": float(ghost.current_a[0])}

    def _ups(self) -> Reply | None:
        ups = self.world.ups
        if ups is None:
            return None
        return {"mains_good": ups.mains_good, "testing": ups.testing, "load_on_battery_w": ups.load_on_battery_w}

    def _line(self, line: Line) -> Reply:
        counts = {"bad_frames": line.bad_frames, "early_requests": line.early_requests, "last_stamp": line.stamps.last}
        return {"cut": line.cut, "faults": line.faults.told(), **counts}

    def stamps(self, asked: Asked) -> Reply:
        unit = asked.integer("unit") if asked.has("unit") else None
        found = self._asked_line(asked).stamps.since(asked.integer("since", 0), unit, asked.integer("most", 1000))
        return {"stamps": [stamp.told() for stamp in found]}

    def first_reply(self, asked: Asked) -> Reply:
        line = self._asked_line(asked)
        stamp = line.stamps.first_reply(asked.integer("unit"), asked.integer("address"), asked.integer("after_ns"))
        return {"stamp": stamp.told() if stamp else None}

    # -- the plant

    def burn(self, asked: Asked) -> Reply:
        names = self.world.truth.string_names
        string = asked.text("string") if asked.has("string") else None
        if string is not None and string not in names:
            raise ValueError(f"there is no string {string!r}; strings are {', '.join(names)}")
        self.world.burn(None if string is None else names.index(string))
        return {"faulty": names[self.world.faulty]}

    def start_again(self, asked: Asked) -> Reply:
        self.world.start_again(time.monotonic_ns())
        return {}

    def open_breaker(self, asked: Asked) -> Reply:
        return self._breaker(asked, "open")

    def close_breaker(self, asked: Asked) -> Reply:
        return self._breaker(asked, "close")

    def stick(self, asked: Asked) -> Reply:
        return self._breaker(asked, "stick")

    def _breaker(self, asked: Asked, what: str) -> Reply:
        name = asked.text("breaker")
        if name not in self.world.breakers:
            raise ValueError(f"there is no breaker {name!r}; breakers are {', '.join(self.world.breakers)}")
        breaker = self.world.breakers[name]
        now_ns = time.monotonic_ns()
        with self.world.lock:
            if what == "stick":
                breaker.stuck = asked.flag("stuck")
            elif what == "open":
                breaker.open_by_hand(now_ns)
            else:
                breaker.close_by_hand(now_ns)
        return {"now_ns": now_ns}

    def set(self, asked: Asked) -> Reply:
        """Ambient, charger, mains, load, smoke: whatever the request names."""
        with self.world.lock:
            self._set_plant(asked)
            self._set_ups(asked)
            if asked.has("smoke"):
                string = asked.text("smoke")
                if string not in self.world.smoke:
                    raise ValueError(f"there is no string {string!r}; strings are {', '.join(self.world.smoke)}")
                self.world.smoke[string] = asked.flag("on", True)
        return {"now_ns": time.monotonic_ns()}

    def _set_plant(self, asked: Asked) -> None:
        world = self.world
        if asked.has("ambient_degc"):
            room = asked.text("room") if asked.has("room") else None
            if room is not None and room not in world.truth.rooms:
                raise ValueError(f"there is no room {room!r}; rooms are {', '.join(world.truth.rooms)}")
            for row, string in enumerate(world.truth.strings.values()):
                if room in (None, string.room):
                    world.plant.ambient_degc[row] = asked.number("ambient_degc")
        if asked.has("charger_v"):
            world.plant.charger_v = asked.number("charger_v")
        if asked.has("charger_works"):
            world.charger_works = asked.flag("charger_works")

    def _set_ups(self, asked: Asked) -> None:
        wanted = [key for key in ("mains_good", "load_w", "bypass", "comm_lost") if asked.has(key)]
        ups = self.world.ups
        if not wanted:
            return
        if ups is None:
            raise ValueError(f"{', '.join(wanted)}: this plant has no UPS; add `ups:` to plant.yaml")
        if "mains_good" in wanted:
            ups.set_mains(asked.flag("mains_good"))
        if "load_w" in wanted:
            ups.load_w = asked.number("load_w")
        if "bypass" in wanted:
            ups.bypass = asked.flag("bypass")
        if "comm_lost" in wanted:
            ups.comm_lost = asked.flag("comm_lost")

    # -- buses and devices

    def cut(self, asked: Asked) -> Reply:
        self._asked_line(asked).cut = True
        return {"now_ns": time.monotonic_ns()}

    def restore(self, asked: Asked) -> Reply:
        self._asked_line(asked).cut = False
        return {"now_ns": time.monotonic_ns()}

    def fault(self, asked: Asked) -> Reply:
        unit = asked.integer("unit") if asked.has("unit") else None
        times = asked.integer("times") if asked.has("times") else None
        fault = Fault(asked.text("kind"), unit, asked.number("ms", 0.0), times)
        line = self._asked_line(asked)
        if fault.kind == "crc" and isinstance(line, TcpLine):
            raise ValueError(f"{line.name} is TCP and has no checksum; ask for noise or wrong_count")
        line.faults.add(fault)
        return {"now_ns": time.monotonic_ns()}

    def clear(self, asked: Asked) -> Reply:
        self._asked_line(asked).faults.clear(asked.integer("unit") if asked.has("unit") else None)
        return {}

    def step_input(self, asked: Asked) -> Reply:
        """A module's sensor reads this from now on; null gives it back to the plant."""
        module = self._asked_module(asked)
        degc = asked.number("degc") if asked.has("degc") else None
        with self.world.lock:
            module.bank.force_temperature(*module.place, degc)
            return {"set_ns": time.monotonic_ns()}

    def freeze(self, asked: Asked) -> Reply:
        """The device stops converting: its counter stands."""
        device = self._asked_device(asked)
        frozen = asked.flag("frozen", True)
        with self.world.lock:
            if isinstance(device, Module):
                device.bank.frozen[device.place] = frozen
            elif isinstance(device, Sampled):
                device.frozen = frozen
            else:
                raise ValueError("this device does not convert; freeze a module, CSH, climate sensor or ghost")
        return {}

    def module(self, asked: Asked) -> Reply:
        """A module's faults: sensor_fault, fuse_open, external. Of a CSH or climate sensor: sensor_fault."""
        device = self._asked_device(asked)
        with self.world.lock:
            if isinstance(device, Sampled):
                device.fault = asked.flag("sensor_fault")
                device.convert()
                return {}
            module = self._asked_module(asked)
            marks = {
                "sensor_fault": module.bank.sensor_fault,
                "fuse_open": module.bank.fuse_open,
                "external": module.bank.external,
            }
            for key, mask in marks.items():
                if asked.has(key):
                    mask[module.place] = asked.flag(key)
            module.bank.measure[module.place] = True
            module.bank.convert_one(*module.place)
        return {}

    def power_cycle(self, asked: Asked) -> Reply:
        name = asked.text("board")
        if name not in self.world.boards:
            raise ValueError(f"there is no board {name!r}; boards are {', '.join(self.world.boards)}")
        now_ns = time.monotonic_ns()
        with self.world.lock:
            self.world.boards[name].power_cycle(now_ns)
        return {"now_ns": now_ns}

    def _asked_line(self, asked: Asked) -> Line:
        name = asked.text("bus")
        if name not in self.lines:
            raise ValueError(f"there is no bus {name!r}; buses are {', '.join(self.lines)}")
        return self.lines[name]

    def _asked_device(self, asked: Asked) -> object:
        bus, unit = asked.text("bus"), asked.integer("unit")
        device = self.world.devices.get((bus, unit))
        if device is None:
            raise ValueError(f"there is no unit {unit} on {bus}; plant.yaml tells which there are")
        return device

    def _asked_module(self, asked: Asked) -> Module:
        device = self._asked_device(asked)
        if not isinstance(device, Module):
            raise ValueError(f"unit {asked.integer('unit')} is no module; name a module's unit")
        return device
