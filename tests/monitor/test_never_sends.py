"""Nothing that the monitor reaches can send: every module of it is read and walked, imports inside functions included."""

import ast
from pathlib import Path

import bench

ROOT = Path(bench.__file__).parent
SENDING = {"send", "send_periodic", "sendmsg", "sendall", "sendmmsg", "send_fds"}
FORBIDDEN = ("bench.engine", "bench.sim", "bench.app.dtc", "bench.rig.dtc", "bench.rig.gpio", "bench.rig.assemble", "bench.rig.canbus")
ENTRIES = ("bench.app.monitor", "bench.app.monitor_learn", "bench.cli.monitor_command", "bench.cli.learn_dialogue")


def path_of(module: str) -> Path | None:
    base = ROOT.joinpath(*module.split(".")[1:])
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            assert name not in {"__import__", "import_module", "exec", "eval"}, "an import that cannot be read hides what it reaches"
    return {name for name in names if name.split(".")[0] == "bench"}


def reachable() -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    todo = list(ENTRIES)
    while todo:
        module = todo.pop()
        path = path_of(module)
        if module in found or path is None or module == "bench.cli.main":
            continue  # cli.main loads commands by their name, the dtc command too; it is no part of listening
        found[module] = ast.parse(path.read_text())
        todo += imported(found[module])
        todo += [module.rpartition(".")[0]] if "." in module else []
    return found


def test_the_walk_reaches_what_it_must() -> None:
    modules = set(reachable())
    assert {
        "bench.app.monitor_session",
        "bench.rig.can_raw",
        "bench.rig.can_python",
        "bench.store.recorder",
        "bench.analysis.bus",
    } <= modules


def test_no_reachable_module_sends() -> None:
    for module, tree in reachable().items():
        called = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert not called & SENDING, f"{module} has .{called & SENDING}"
        if module != "bench.rig.can_netlink":
            assert "sendto" not in called, module


def test_the_one_question_to_the_kernel_goes_to_netlink() -> None:
    """`can_netlink` sends one datagram, over a socket that no bus is behind."""
    tree = reachable()["bench.rig.can_netlink"]
    made = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "socket"]
    assert [ast.unparse(call) for call in made] == ["socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)"]
    assert sum(isinstance(n, ast.Attribute) and n.attr == "sendto" for n in ast.walk(tree)) == 1


def test_nothing_that_drives_simulates_or_diagnoses_is_reached() -> None:
    for module in reachable():
        assert not module.startswith(FORBIDDEN), module


def test_no_reachable_module_writes_to_a_bus_by_other_names() -> None:
    """The names with which python-can or the kernel would put a frame on a bus."""
    for module, tree in reachable().items():
        words = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert not words & {"CyclicSendTask", "ThreadBasedCyclicSendTask", "BCM", "CAN_BCM", "CAN_ISOTP", "Message"}, module
