"""Where the code of the house says a message code, and which figures it gives with it. Read from the text alone."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.test_house import ROOMS, docstrings, po_files, python_files, sentences, shown, tree
from workflow import errors

DOMAINS = ("guard", "command", "change", "audit", "rehearsal")
"""The domains of sentences that are held against the code."""

CODE = re.compile(rf"(?:{'|'.join(DOMAINS)})\.[a-z_]+")
RAISED = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.HosoError)}
NESTED = ("figures", "told")
"""Keywords whose value holds figures by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where a code stands. `figures` are the names it is given; None where the text alone does not say."""

    where: str
    code: str
    figures: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A function that puts a domain before its parameter; what it takes besides figures is its own."""

    domain: str
    own: frozenset[str]


@cache
def helpers(path: Path) -> Mapping[str, Helper]:
    """The helpers of a file by name: `_unmet("late")` says guard.late."""
    found = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            named = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            for part in ast.walk(node):
                match part:
                    case ast.JoinedStr(
                        values=[ast.Constant(value=str(start)), ast.FormattedValue(value=ast.Name(id=parameter))]
                    ) if parameter in named and start.removesuffix(".") in DOMAINS:
                        found[node.name] = Helper(domain=start, own=frozenset(named))
    return found


@dataclass(slots=True)
class Reader:
    """Reads one function: what its local names were given stands in `known`."""

    known: dict[str, list[ast.expr]]

    def codes(self, node: ast.expr, prefix: str) -> list[str]:
        """The codes that an expression may be; an f-string gives a pattern."""
        match node:
            case ast.Constant(value=str(text)):
                return [re.escape(prefix + text)]
            case ast.IfExp(body=body, orelse=orelse):
                return [*self.codes(body, prefix), *self.codes(orelse, prefix)]
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if start.endswith("."):
                return []  # a helper's own body: its callers say what stands behind the domain
            case ast.JoinedStr(values=values):
                parts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else "[a-z_]+" for one in values]
                return [re.escape(prefix) + "".join(parts)]
            case ast.Name(id=name):
                return [code for one in self.known.get(name, []) for code in self.without(name).codes(one, prefix)]
        return []

    def names(self, node: ast.expr) -> frozenset[str] | None:
        """The keys of a dict, as far as the text says them."""
        match node:
            case ast.Dict(keys=keys, values=values):
                return self.joined(
                    self.names(value) if key is None else _only(key) for key, value in zip(keys, values, strict=True)
                )
            case ast.DictComp(
                key=ast.Name(id=key), generators=[ast.comprehension(target=ast.Name(id=target), iter=each)]
            ):
                items = each.elts if isinstance(each, ast.Tuple) and key == target else [each]
                return self.joined(map(_only, items))
            case ast.Name(id=name) if len(self.known.get(name, [])) == 1:
                return self.without(name).names(self.known[name][0])
        return None

    def without(self, name: str) -> "Reader":
        """This reader, where `name` is being read already: `figures = {**figures}` has no end."""
        return Reader({one: values for one, values in self.known.items() if one != name})

    def given(self, call: ast.Call, own: frozenset[str]) -> frozenset[str] | None:
        """The figures that a call passes by keyword, by `figures=` or by `**`."""
        return self.joined(
            self.names(one.value) if one.arg is None or one.arg in NESTED else frozenset({one.arg}) - own
            for one in call.keywords
        )

    def joined(self, parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
        every = list(parts)
        return None if None in every else frozenset[str]().union(*(one for one in every if one is not None))


def _only(node: ast.expr) -> frozenset[str] | None:
    return frozenset({node.value}) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _scopes(module: ast.Module) -> Iterator[tuple[ast.AST, Reader]]:
    """Every node once, with what the functions around it gave to their names."""

    def within(node: ast.AST, known: dict[str, list[ast.expr]]) -> Iterator[tuple[ast.AST, Reader]]:
        if isinstance(node, ast.FunctionDef):
            known = dict(known)
            for part in ast.walk(node):
                match part:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value):
                        known[name] = [*known.get(name, []), value]
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                        known[name] = [*known.get(name, []), value]
        yield node, Reader(known)
        for child in ast.iter_child_nodes(node):
            yield from within(child, known)

    return within(module, {})


@cache
def sites() -> tuple[Site, ...]:
    """Every place of the house that names one of the codes, in the files' order."""
    return tuple(site for path in python_files(*ROOMS) for site in _sites_of(path))


def _sites_of(path: Path) -> Iterator[Site]:
    # A helper of one file is called in its neighbours too; a file's own comes first.
    beside = (helpers(one) for one in sorted(path.parent.glob("*.py")))
    helping, said = {name: one for known in (*beside, helpers(path)) for name, one in known.items()}, set[str]()
    for node, reader in _scopes(tree(path)):
        for patterns, figures in _told_at(node, reader, helping):
            for code in (code for pattern in patterns for code in _meant(pattern)):
                said.add(code)
                yield Site(where=_place(path, node), code=code, figures=figures)
    aside = docstrings(tree(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            aside |= {id(one) for one in node.values}
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
            written = CODE.fullmatch(node.value)
            if written and node.value not in said:
                yield Site(where=_place(path, node), code=node.value, figures=None)


def _place(path: Path, node: ast.AST) -> str:
    return f"{shown(path)}:{getattr(node, 'lineno', 0)}"


def _meant(pattern: str) -> list[str]:
    """The codes of a pattern: those that a catalogue says, or the pattern itself where it is one nobody says."""
    said = [code for code in catalogued() if re.fullmatch(pattern, code)] or [pattern.replace("\\", "")]
    return [code for code in said if code.partition(".")[0] in DOMAINS]


def _told_at(
    node: ast.AST, reader: Reader, helping: Mapping[str, Helper]
) -> Iterator[tuple[list[str], frozenset[str] | None]]:
    """Codes and figures of a call, or of a note, that tells something."""
    match node:
        case ast.Call():
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            code = next((one.value for one in node.keywords if one.arg == "code"), None)
            if name in helping and node.args:
                helper = helping[name]
                yield reader.codes(node.args[0], helper.domain), reader.given(node, helper.own)
            elif name in RAISED and node.args:
                counted = {"count"} if name == errors.Faulty.__name__ else set[str]()
                figures = reader.given(node, frozenset({"faults"}))
                yield reader.codes(node.args[0], ""), None if figures is None else figures | counted
            elif code is not None:
                held = [one.value for one in node.keywords if one.arg == "figures"]
                yield reader.codes(code, ""), reader.joined(map(reader.names, held))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "code":
                    names = reader.names(node)
                    yield reader.codes(value, ""), None if names is None else names - {"code"}


@cache
def catalogued() -> frozenset[str]:
    """Every code of these domains that the Vietnamese catalogues say."""
    return frozenset(code for domain in DOMAINS for code in sentences(po_files("vi")[domain]))
