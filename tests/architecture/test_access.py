"""Who may what: one comparison of owners, one vocabulary of policies."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lyceum.core.actors import Actor
from tests.architecture.sources import SOURCE, python_files, shown, tree

POLICIES = sorted(SOURCE.rglob("policies.py"))


def names_of(node: ast.AST) -> set[str]:
    return {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Name)
    }


def compares_owner_with_actor(node: ast.AST) -> bool:
    """`x.owner_id == actor.user_id`, `filter(owner_id=actor.user_id)`, `Q(event__owner=actor…)`."""
    if isinstance(node, ast.Compare):
        names = names_of(node)
        return "actor" in names and bool(names & {"owner", "owner_id"})
    if isinstance(node, ast.keyword) and node.arg is not None:
        return bool(re.search(r"(^|__)owner(_id)?(__in)?$", node.arg)) and "actor" in names_of(node.value)
    return False


def test_an_owner_is_compared_with_an_actor_in_one_file_only():
    creates = {"certificates/services/templates.py", "core/work/jobs.py"}  # Their verbs write the owner of a new row.
    found = {
        str(path.relative_to(SOURCE))
        for path in python_files()
        if any(compares_owner_with_actor(node) for node in ast.walk(tree(path)))
    }
    assert found - creates == {"core/ownership.py"}


def test_managed_accounts_are_asked_for_in_one_file_only():
    users = [path for path in python_files() if re.search(r"\.(managed_accounts|memberships)\b", path.read_text())]
    assert [shown(path) for path in users] == ["src/lyceum/core/actors.py", "src/lyceum/core/ownership.py"]


# Who reads a column or role itself: the account and the actor's own class.
READS_THE_COLUMN = {
    "accounts/models/user.py",
    "core/actors.py",
}


def reads_a_column_of_rights(path: Path) -> bool:
    """`x.is_staff` or `getattr(x, "is_staff")` of anything but an actor, whose role is given only where it may be."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == "is_staff" and isinstance(node.ctx, ast.Load):
            owner = node.value
            of_actor = (isinstance(owner, ast.Name) and owner.id == "actor") or (
                isinstance(owner, ast.Attribute) and owner.attr == "actor"
            )
            made = isinstance(owner, ast.Call) and ast.unparse(owner.func) == "Actor.of"
            if not (of_actor or made):
                return True
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and "'is_staff'" in ast.unparse(node):
            return True
    return False


def test_whether_somebody_is_staff_here_and_now_is_decided_in_one_place():
    found = {str(path.relative_to(SOURCE)) for path in python_files() if reads_a_column_of_rights(path)}
    assert found == READS_THE_COLUMN


def policies() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in POLICIES:
        yield from ((path, node) for node in tree(path).body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("path", "policy"), list(policies()), ids=lambda part: getattr(part, "name", ""))
def test_a_policy_answers_or_refuses(path: Path, policy: ast.FunctionDef):
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(policy))
    if policy.name.startswith("may_"):
        assert policy.returns is not None
        assert ast.unparse(policy.returns) == "bool"
        assert not raises
    else:
        assert policy.name.startswith(("require_", "_"))
        assert raises


def test_may_always_answers_yes_or_no_and_nothing_checks_may():
    wrong = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                answer = ast.unparse(node.returns) if node.returns else ""
                if node.name.startswith("check_may") or (node.name.startswith("may_") and answer != "bool"):
                    wrong.append(f"{shown(path)}:{node.name}")
    assert wrong == []


def test_an_anonymous_actor_manages_nothing_and_the_product_everything():
    assert not Actor.anonymous().managed_accounts
    assert not Actor.guest(email="ada@example.org").managed_accounts
    assert Actor.system().manages_everything
