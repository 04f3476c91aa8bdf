"""Two legs that talk with each other directly."""

import threading

from ivr.simulator.legs import Call


class Bridge:
    """Connects two legs until one of them goes. `kind`: number, client or queue."""

    def __init__(self, first: Call, second: Call, kind: str, lock: threading.RLock) -> None:
        self.over = False
        self._legs = (first, second)
        self._lock = lock
        with lock:
            first.talk_with(frozenset({second.sid}), kind)
            second.talk_with(frozenset({first.sid}), kind)

    def stay(self, call: Call) -> None:
        """A leg talks until the bridge is over; raises what ended the leg itself."""
        try:
            call.wait(until=lambda: self.over)
        finally:
            self.close(call)

    def close(self, leaver: Call) -> None:
        """End the bridge; the first leg to come is the one that left."""
        with self._lock:
            if self.over:
                return
            self.over = True
            for leg in self._legs:
                leg.talk_with(frozenset(), "")
                leg.far_end_left = leg is not leaver
