"""Where settings come from, and the sentences that say why a start is refused. The settings are in `config/settings.py`.

`PREAU_A__B=value` sets `a.b`; `PREAU_A__B_FILE=path` sets it to what the file holds. A name of ours that means nothing is
an error: a misspelt setting must not be silently without effect.
"""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from click import ClickException
from pydantic import BaseModel, ValidationError

PREFIX = "PREAU_"
CONFIG_FILE = "PREAU_CONFIG"
FILE_SUFFIX = "_file"


class SettingsError(ClickException):
    """The site refuses to start; the message says why, in sentences. On a command line it is all that is printed."""


def from_environment(settings_cls: type[BaseModel], environment: Mapping[str, str]) -> dict[str, Any]:
    """The values of `PREAU_…` variables and of the files that `PREAU_…_FILE` variables name, nested as the groups are."""
    found: dict[str, Any] = {}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name != CONFIG_FILE:
            path, value = _path_and_value(settings_cls, environment, name)
            _put(found, path, value)
    return found


def from_toml(environment: Mapping[str, str]) -> dict[str, Any]:
    """The content of the file that `PREAU_CONFIG` names, if it names one."""
    if not (path := environment.get(CONFIG_FILE)):
        return {}
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{CONFIG_FILE} names {path}, which cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from None


def sentences(error: ValidationError, settings_cls: type[BaseModel]) -> str:
    """What is wrong, a line for each, naming the key and never showing a value: it may be a secret."""
    return "\n".join(_sentence(problem["type"], problem["msg"], problem["loc"], settings_cls) for problem in error.errors())


def _sentence(kind: str, message: str, location: tuple[int | str, ...], settings_cls: type[BaseModel]) -> str:
    path = [str(step) for step in location]
    if kind == "missing":
        path += _required(settings_cls, path)
    key = ".".join(path)
    if kind == "missing":
        variable = _variable(path)
        return (
            f"The setting {key} is missing: write it in the file that {CONFIG_FILE} names, or set {variable} or {variable}_FILE."
        )
    if kind == "extra_forbidden":
        close = get_close_matches(path[-1], _names(settings_cls, path[:-1]), n=1)
        hint = f" Is it {'.'.join([*path[:-1], close[0]])}?" if close else ""
        return f"There is no setting {key} ({_variable(path)} in the environment).{hint}"
    reason = message.removeprefix("Value error, ")
    return f"The setting {key} is wrong: {reason}." if key else f"In production mode the site does not start like this: {reason}."


def _path_and_value(settings_cls: type[BaseModel], environment: Mapping[str, str], name: str) -> tuple[list[str], str]:
    path = name.removeprefix(PREFIX).lower().split("__")
    if not path[-1].endswith(FILE_SUFFIX) or _exists(settings_cls, path):
        return path, environment[name]
    path[-1] = path[-1].removesuffix(FILE_SUFFIX)
    if _variable(path) in environment:
        raise SettingsError(f"{_variable(path)} and {name} are both set: keep one of them.")
    return path, _content(name, environment[name])


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} names {path}, which cannot be read: {error}.") from None


def _variable(path: list[str]) -> str:
    return PREFIX + "__".join(path).upper()


def _group(settings_cls: type[BaseModel], path: list[str]) -> type[BaseModel] | None:
    """The group that a path leads to, if it leads to one."""
    current: Any = settings_cls
    for step in path:
        field = current.model_fields.get(step)
        current = field.annotation if field else None
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            return None
    return cast(type[BaseModel], current)


def _names(settings_cls: type[BaseModel], path: list[str]) -> list[str]:
    group = _group(settings_cls, path)
    return list(group.model_fields) if group else []


def _required(settings_cls: type[BaseModel], path: list[str]) -> list[str]:
    """Where a whole group is missing: the path on from there to the first value that it cannot do without."""
    group = _group(settings_cls, path)
    fields = group.model_fields if group else {}
    return next(([name] for name, field in fields.items() if field.is_required()), [])


def _exists(settings_cls: type[BaseModel], path: list[str]) -> bool:
    return path[-1] in _names(settings_cls, path[:-1])


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        values = values.setdefault(step, {})
        if not isinstance(values, dict):
            raise SettingsError(f"{_variable(path)} cannot be set: {step} is already a value, not a group.")
    values[path[-1]] = value
