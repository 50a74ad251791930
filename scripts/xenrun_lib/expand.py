# SPDX-License-Identifier: GPL-2.0
"""What a scenario's file says once and means several times: parameters, which
the command line may change, domains that are alike, and actions on them."""

import fnmatch
import re

from . import XenrunError


def _value(text):
    """What the command line says, as JSON would have it."""
    return int(text) if text.isdecimal() else text


def _parameters(where, data, settings):
    """The parameters with the values that hold for this run."""
    values = data.pop("parameters", {})
    if not isinstance(values, dict) or "n" in values:
        raise XenrunError(f"{where}: \"parameters\" must be an object, "
                          "without \"n\"")
    for name in settings:
        if name not in values:
            raise XenrunError(f"{where}: no parameter {name!r}; there are: "
                              + (", ".join(values) or "none"))
    return {**values, **{k: _value(v) for k, v in settings.items()}}


def _fill(data, values):
    """Put the values in. A string that is a parameter and nothing else
    becomes what the value is, a number for instance.
    """
    if isinstance(data, dict):
        return {k: _fill(v, values) for k, v in data.items()}
    if isinstance(data, list):
        return [_fill(v, values) for v in data]
    if not isinstance(data, str):
        return data
    if data.startswith("$") and data[1:] in values:
        return values[data[1:]]
    # Other words with a $ are somebody else's.
    return re.sub(r"\$(\w+)", lambda m: str(values.get(m[1], m[0])), data)


def _copies(where, domains):
    """NAME with "copies" stands for NAME1, NAME2 and so on; $n is the number.
    """
    found = {}
    for name, domain in domains.items():
        if not isinstance(domain, dict) or "copies" not in domain:
            found[name] = domain
            continue
        count = domain["copies"]
        if not isinstance(count, int) or not 1 <= count <= 15:
            raise XenrunError(f"{where}: domain {name}: \"copies\" must be "
                              "from 1 to 15")
        rest = {k: v for k, v in domain.items() if k != "copies"}
        for n in range(1, count + 1):
            found[f"{name}{n}"] = _fill(rest, {"n": n})
    return found


def _matching(pattern, names):
    return fnmatch.filter(names, pattern) if "*" in pattern else [pattern]


def _action(action, names):
    """"d*" stands for all such domains: in "when" for each of them, in a
    command for one after the other.
    """
    if isinstance(action.get("when"), dict):
        action["when"] = {name: text
                          for pattern, text in action["when"].items()
                          for name in _matching(pattern, names)}
    if isinstance(action.get("do"), list):
        action["do"] = [command for pattern in action["do"]
                        for command in _commands(pattern, names)]


def _commands(command, names):
    words = command.split() if isinstance(command, str) else []
    if len(words) < 2 or not words[1].endswith("*"):
        return [command]
    return [" ".join([words[0], name, *words[2:]])
            for name in _matching(words[1], names)]


def expand(where, data, settings):
    """The scenario in full; @settings: values of parameters, as text."""
    if not isinstance(data, dict):
        return data
    data = dict(data)
    values = _parameters(where, data, settings)
    data = _fill(data, values)
    if not isinstance(data.get("domains"), dict):
        return data
    data["domains"] = _copies(where, data["domains"])
    for action in data.get("actions", []):
        if isinstance(action, dict):
            _action(action, list(data["domains"]))
    return data
