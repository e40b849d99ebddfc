"""The store in Redis (6.2 or later) or Valkey, for many machines. It must run with `maxmemory-policy noeviction`.

An entry carries the moment when it ends by the application's clock; the server's own expiry, a little later, sweeps up.
"""

import json
from typing import Any

from redis import Redis

from config.clock import Clock
from config.store import Value

PREFIX = "preau"
MARGIN_SECONDS = 60
TIMEOUT_SECONDS = 5.0

COUNT = """
local held = redis.call('HMGET', KEYS[1], 'hits', 'ends')
if held[2] and tonumber(held[2]) > tonumber(ARGV[1]) then
    return redis.call('HINCRBY', KEYS[1], 'hits', 1)
end
redis.call('HSET', KEYS[1], 'hits', 1, 'ends', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class RedisStore:
    """The five verbs; counting is a script, because reading a window and adding to it must be one step."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self._redis: Redis = Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
        self._count = self._redis.register_script(COUNT)

    def put(self, kind: str, key: str, value: Value, ttl: int) -> None:
        text = json.dumps(value, separators=(",", ":"))
        self._redis.set(_entry(kind, key), f"{self._now() + ttl} {text}", ex=ttl + MARGIN_SECONDS)

    def get(self, kind: str, key: str) -> Value | None:
        return self._alive(self._redis.get(_entry(kind, key)))

    def take(self, kind: str, key: str) -> Value | None:
        return self._alive(self._redis.getdel(_entry(kind, key)))

    def count(self, kind: str, key: str, window: int) -> int:
        now = self._now()
        return int(self._count(keys=[_counter(kind, key)], args=[now, now + window, window + MARGIN_SECONDS]))

    def delete(self, kind: str, key: str) -> None:
        self._redis.delete(_entry(kind, key), _counter(kind, key))

    def close(self) -> None:
        self._redis.close()

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _alive(self, held: Any) -> Value | None:
        if held is None:
            return None
        ends, _, text = held.partition(b" ")
        value: Value = json.loads(text)
        return value if float(ends) > self._now() else None


def _entry(kind: str, key: str) -> str:
    return f"{PREFIX}:entry:{kind}:{key}"


def _counter(kind: str, key: str) -> str:
    return f"{PREFIX}:counter:{kind}:{key}"
