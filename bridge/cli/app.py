"""`nle-bridge`: every command by its name. In: the command line. Out: the command's exit status."""

import typer

from bridge import __version__
from bridge.cli import demo, doctor, jobs, listings, serve, work

app = typer.Typer(
    name="nle-bridge",
    help="Select a shot, say what should change, get it back frame-exact as a take.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if version:
        typer.echo(f"nle-bridge {__version__}")
        raise typer.Exit


app.command()(demo.demo)
app.command()(work.plan)
app.command()(work.edit)
app.command()(work.generate)
app.add_typer(jobs.app, name="jobs")
app.command()(listings.takes)
app.command()(listings.engines)
app.command()(serve.serve)
app.command()(doctor.doctor)


def main() -> None:
    app()
