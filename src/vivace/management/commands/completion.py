"""``completion``: what makes a shell complete commands and options."""

from __future__ import annotations

from typing import Any

from vivace.management.base import BaseCommand

_PROGRAMS = "vivace manage.py"
_BASH = """\
_vivace_complete() {{
    local IFS=$' \\t\\n'
    COMPREPLY=($(COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD \\
        DJANGO_AUTO_COMPLETE=1 "$1" 2>/dev/null))
}}
complete -o default -F _vivace_complete {programs}
"""
# What is typed most is `python manage.py`; whoever has a completion for python keeps it.
_BASH_PYTHON = """\
_vivace_complete_python() {{
    local IFS=$' \\t\\n'
    COMPREPLY=()
    if [[ ${{COMP_WORDS[1]}} == *manage.py && $COMP_CWORD -gt 1 ]]; then
        COMPREPLY=($(COMP_WORDS="${{COMP_WORDS[*]:1}}" COMP_CWORD=$((COMP_CWORD - 1)) \\
            DJANGO_AUTO_COMPLETE=1 "$1" "${{COMP_WORDS[1]}}" 2>/dev/null))
    fi
}}
for program in python python3; do
    complete -p $program >/dev/null 2>&1 ||
        complete -o default -F _vivace_complete_python $program
done
unset program
"""
_ZSH = "autoload -U bashcompinit && bashcompinit\n" + _BASH
_FISH = """\
function __vivace_complete
    set -l words (commandline -opc) (commandline -ct)
    env COMP_WORDS="$words" COMP_CWORD=(math (count $words) - 1) DJANGO_AUTO_COMPLETE=1 \\
        $words[1] 2>/dev/null | string split ' '
end
for program in {programs}
    complete -c $program -a '(__vivace_complete)'
end
"""
_SCRIPTS = {"bash": _BASH + _BASH_PYTHON, "zsh": _ZSH, "fish": _FISH}


class Command(BaseCommand):
    """Print the script for a shell; the shell reads it when it starts."""

    help = (
        "Prints the script that makes a shell complete commands and options: put "
        '`eval "$(vivace completion bash)"` into ~/.bashrc, the same with zsh into ~/.zshrc, or '
        "`vivace completion fish | source` into ~/.config/fish/config.fish."
    )
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("shell", choices=sorted(_SCRIPTS), help="The shell.")

    def handle(self, **options: Any) -> str:
        return _SCRIPTS[options["shell"]].format(programs=_PROGRAMS)
