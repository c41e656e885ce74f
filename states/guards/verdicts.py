"""How a guard answers: unmet with its figures and what would help, or not to be known."""

from workflow.errors import Figure, Figures
from workflow.facts import Facts, Finding, Remedy
from workflow.rulepack import Params
from workflow.words import Status


def unmet(
    code: str,
    /,
    *,
    remedy: Remedy | None = None,
    who: str = "",
    scope: str = "",
    told: Figures | None = None,
    **figures: Figure,
) -> Finding:
    """Refused, for the reason `code` of domain `guard`. `who`: the role, or person, that could do it or help; `scope`:
    where; `told`: figures that are at hand in a dict already."""
    figures = {**(told or {}), **figures}
    return Finding(status=Status.UNMET, code=f"guard.{code}", figures=figures, remedy=remedy, who=who, scope=scope)


def unknown(code: str) -> Finding:
    """Nobody can say: a fact that the rule needs is not on record."""
    return Finding(status=Status.UNKNOWN, code=f"guard.{code}")


def texts(params: Params, key: str) -> tuple[str, ...]:
    """A parameter that may be one text or several."""
    value = params[key]
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def again(facts: Facts, **args: str) -> Remedy:
    """The same command once more, with what was missing."""
    command = facts["command"]
    return Remedy(action=f"{command['process']}.{command['name']}", args=args)
