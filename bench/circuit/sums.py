"""The sums behind each value: formulas over ratings and given numbers, reckoned without ever running code.

A formula has + - * / ** ( ), numbers, REF.rating, given.name, and the functions max(), min(), par() and ln().
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from bench.circuit.violation import Violation
from bench.errors import WiringError
from bench.model.circuit import Circuit, Sum

_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _par(*ohms: float) -> float:
    return 1 / sum(1 / ohm for ohm in ohms)


_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {"max": max, "min": min, "par": _par, "ln": math.log}


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """One sum with its numbers: `value` and the bounds in its unit; None where there is no bound."""

    name: str
    entry: Sum
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def holds(self) -> bool:
        """Is the value within its bounds? A relative 1e-9 is a rounding, not a violation."""
        slack = abs(self.value) * 1e-9
        return (self.low is None or self.value >= self.low - slack) and (self.high is None or self.value <= self.high + slack)


def reckon(formula: str, circuit: Circuit, where: str) -> float:
    """Return what a formula gives; raise WiringError that names `where` and the reason."""
    try:
        value = _value(ast.parse(formula, mode="eval").body, circuit)
    except (SyntaxError, ValueError, ArithmeticError, TypeError, RecursionError, MemoryError) as exc:
        raise WiringError(f"{where}: {formula!r}: {exc}") from exc
    if not isinstance(value, float) or not math.isfinite(value):
        raise WiringError(f"{where}: {formula!r}: {value!r} is no finite number")
    return value


def _value(node: ast.expr, circuit: Circuit) -> float:
    match node:
        case ast.Constant(value=bool()):
            raise ValueError("a truth value is no number")
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, circuit)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, circuit), _value(right, circuit))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(arg, circuit) for arg in args))
        case ast.Attribute(value=ast.Name(id=ref), attr=key):
            return _number(ref, key, circuit)
    raise ValueError(f"{ast.unparse(node)!r} is neither a number, a rating nor a known function")


def _number(ref: str, key: str, circuit: Circuit) -> float:
    if ref == "given":
        if key not in circuit.given:
            raise ValueError(f"given.{key} is missing")
        return circuit.given[key].value
    if ref not in circuit.parts or key not in circuit.parts[ref].ratings:
        raise ValueError(f"{ref}.{key} is missing")
    return float(circuit.parts[ref].ratings[key])


def reckoned(name: str, circuit: Circuit) -> Reckoned:
    """Return one sum of a circuit with its numbers; raises WiringError where it cannot be reckoned."""
    entry = circuit.sums[name]
    return Reckoned(
        name=name,
        entry=entry,
        value=reckon(entry.formula, circuit, f"sums.{name}.formula"),
        low=reckon(entry.at_least, circuit, f"sums.{name}.at_least") if entry.at_least else None,
        high=reckon(entry.at_most, circuit, f"sums.{name}.at_most") if entry.at_most else None,
    )


def value_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each sum that leaves its bounds, and each that a missing part or a formula that is none keeps from being reckoned."""
    for name, entry in circuit.sums.items():
        ref = ", ".join(entry.parts)
        try:
            done = reckoned(name, circuit)
        except WiringError as exc:
            text = f"{ref or name}: {entry.says} cannot be reckoned, limit a number: {exc}"
            yield Violation(rule="values", ref=ref, net="", text=text, value="none", limit="a number")
            continue
        if not done.holds:
            bounds = [f"at least {done.low:.4g}"] if done.low is not None else []
            bounds += [f"at most {done.high:.4g}"] if done.high is not None else []
            limit, value = f"{' and '.join(bounds)} {entry.unit}", f"{done.value:.4g} {entry.unit}"
            text = f"{ref or name}: {entry.says} is {value}, limit {limit} ({entry.because})"
            yield Violation(rule="values", ref=ref, net="", text=text, value=value, limit=limit)
