"""A small interpreter of Arazzo 1.0: the grammar of the specification, nothing evaluated as code."""

from .criteria import Criterion, check_criteria
from .expressions import ExpressionError, Message, Scope, evaluate, substitute
from .interpreter import StepResult, WorkflowResult, run_workflow
from .reusing import ScenarioError

__all__ = [
    "Criterion",
    "ExpressionError",
    "Message",
    "ScenarioError",
    "Scope",
    "StepResult",
    "WorkflowResult",
    "check_criteria",
    "evaluate",
    "run_workflow",
    "substitute",
]
