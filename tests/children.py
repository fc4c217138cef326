"""The children that decode and render. In: their modules. Out: those of this process that live."""

import psutil


def children(*modules: str) -> list[psutil.Process]:
    """A forked child has its mother's command line, and its module's last word for a name."""
    names = {module.rpartition(".")[2] for module in modules}
    found = psutil.Process().children(recursive=True)
    return [each for each in found if _is_one(each, set(modules), names)]


def _is_one(process: psutil.Process, modules: set[str], names: set[str]) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(modules & set(process.cmdline())) or process.name() in names
    except psutil.NoSuchProcess:  # it ended while it was looked at
        return False
