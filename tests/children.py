"""The children that decode and render. In: their modules. Out: those of this process that live."""

import psutil


def children(*modules: str) -> list[psutil.Process]:
    """A forked child has its mother's command line, and its module's last word for a name."""
    names = {module.rpartition(".")[2] for module in modules}
    found = psutil.Process().children(recursive=True)
    living = [each for each in found if each.status() != psutil.STATUS_ZOMBIE]
    return [p for p in living if set(modules) & set(p.cmdline()) or p.name() in names]
