"""Completes command lines in a real, interactive zsh, as if the Tab key were pressed.

usage: zsh_complete.py COMPLETION_FILE LINE…     prints what each line has become
"""

import os
import pathlib
import pty
import re
import select
import sys
import tempfile

SECONDS = 30

RC = """
PS1=''
unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -d {folder}/dump
zstyle ':completion:*' list-colors ''
# What becomes of the line is written in one piece, without what a terminal draws.
complete_and_tell() {{ zle complete-word; print -r -- "<<$BUFFER>>" > {answer}; zle send-break }}
zle -N complete_and_tell
bindkey '\\t' complete_and_tell
print READY
"""


def read_until(terminal, text):
    seen = b""
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], SECONDS)
        if not ready:
            sys.exit(f"zsh said nothing more after: {seen!r}")
        seen += os.read(terminal, 4096)


def main():
    completion, *lines = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "_github-stats").write_text(pathlib.Path(completion).read_text())
        answer = pathlib.Path(folder) / "answer"
        os.mkfifo(answer)
        (pathlib.Path(folder) / ".zshrc").write_text(RC.format(folder=folder, answer=answer))
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(folder)
            os.execvpe("zsh", ["zsh", "-d", "-i"], {**os.environ, "ZDOTDIR": folder, "HOME": folder, "TERM": "dumb"})
        read_until(terminal, b"READY\r\n")
        for line in lines:
            os.write(terminal, line.encode() + b"\t")
            print(re.fullmatch(r"<<(.*)>>\n", answer.read_text(), re.DOTALL)[1])
        os.write(terminal, b"exit\r")
        os.waitpid(process, 0)


main()
