"""What an adaptive test cannot be combined with; said alike by whoever takes the order, with no judge in sight."""

from bench.errors import UsageError


def refuse_adaptive(*, margin: bool, confirms: bool) -> None:
    """Raise UsageError where an adaptive test is asked for together with what needs the whole of it."""
    if margin:
        raise UsageError("--adaptive and --margin contradict: the margin needs the whole test before it")
    if confirms:
        raise UsageError("--confirms and --adaptive contradict: a confirmation test is carried out whole")
