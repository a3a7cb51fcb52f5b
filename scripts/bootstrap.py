"""Make .venv as the lock files say, then become the command that was asked for.

    python3 scripts/bootstrap.py run|dev [command …]

Standard library only. A stamp tells what is installed, so a second call costs a few milliseconds. Packages come from
wherever pip or uv is configured to look on this machine; every file is checked against the hashes in the lock.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)
# pip's option -> uv's variable, for what an administrator may have configured for pip alone.
TRANSLATED = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "no-index": "UV_NO_INDEX",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in {"run", "dev"}:
        print(__doc__, file=sys.stderr)
        return 2
    level, command = arguments[0], arguments[1:]
    if not is_ready(level):
        with one_at_a_time():
            if not is_ready(level):
                prepare(level)
    if command:
        os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
        os.environ["VIRTUAL_ENV"] = str(VENV)
        os.execvp(command[0], command)  # noqa: S606 -- our own command line
    return 0


def is_ready(level: str) -> bool:
    """A development environment holds everything that the smaller one does."""
    return BIN.joinpath("python").exists() and any(
        stamp_path(name).exists() and stamp_path(name).read_text() == stamp(name) for name in {level, "dev"}
    )


def stamp_path(level: str) -> Path:
    return VENV / f".installed-{level}"


def stamp(level: str) -> str:
    digest = hashlib.sha256()
    for name in {"run": ["uv", "run"], "dev": ["uv", "run", "dev"]}[level]:
        digest.update((LOCKS / f"{name}.lock").read_bytes())
    return f"{digest.hexdigest()} {ROOT}\n"


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands in one clone wait for each other; the lock ends with its process."""
    with (LOCKS / "run.lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(level: str) -> None:
    began = time.monotonic()
    say(f"Preparing .venv for `{level}` (only when requirements change) …")
    make_venv()
    install(level)
    # The source folder is importable by every command in the environment.
    for packages in VENV.glob("lib/python*/site-packages"):
        (packages / "lyceum.pth").write_text(f"{ROOT / 'src'}\n")
    stamp_path(level).write_text(stamp(level))
    say(f"Prepared in {time.monotonic() - began:.0f} s.")


def make_venv() -> None:
    if BIN.joinpath("python").exists() and answers([str(BIN / "python"), "-c", "import encodings"]):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    python = find_python()
    if subprocess.run([python, "-m", "venv", str(VENV)], check=False).returncode == 0:  # noqa: S603 -- a fixed list of arguments
        return
    # Some distributions ship Python without ensurepip; a uv that is there already can do the same.
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "--seed", "--python", python, "--clear", str(VENV)], check=True)  # noqa: S603 -- a fixed list of arguments
        return
    sys.exit("This Python cannot make virtual environments. Install its venv package (python3-venv) and try again.")


def find_python() -> str:
    if sys.version_info >= OLDEST:
        return sys.executable
    check = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            candidate = Path(folder) / name
            if candidate.exists() and answers([str(candidate), "-c", check]):
                return str(candidate)
    sys.exit("Lyceum needs Python 3.11 or newer, and none was found. Install it and try again.")


def install(level: str) -> None:
    lock = str(LOCKS / f"{level}.lock")
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", str(LOCKS / "uv.lock")], check=False).returncode == 0:  # noqa: S603 -- a fixed list of arguments
        uv = [str(BIN / "uv"), "pip", "install", "--quiet", "--python", str(BIN / "python"), "--require-hashes"]
        for environment in (uv_environment(), dict(os.environ)):
            if subprocess.run([*uv, "--no-deps", "-r", lock], env=environment, check=False).returncode == 0:  # noqa: S603 -- a fixed list of arguments
                return
        say("uv could not install everything; trying pip, which takes longer …")
    if subprocess.run([*pip, "--no-deps", "-r", lock], check=False).returncode != 0:  # noqa: S603 -- a fixed list of arguments
        sys.exit("The packages could not be installed. The lines above say which one and why; then run the same again.")


def uv_environment() -> dict[str, str]:
    """Return the environment for uv, which reads neither pip's configuration nor its variables."""
    environment = dict(os.environ)
    environment.setdefault("UV_LINK_MODE", "copy" if on_another_disk() else "hardlink")
    if any(name in environment for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE")):
        return environment
    for option, value in pip_options().items():
        variable = TRANSLATED.get(option)
        if variable and value:
            separator = "," if variable == "UV_FIND_LINKS" else " "
            environment.setdefault(variable, separator.join(value.split()))
    # pip looks at every index for the version it wants; the hashes make that safe here.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def pip_options() -> dict[str, str]:
    """Return pip's options of this machine, those from the environment winning."""
    listing = subprocess.run(  # noqa: S603 -- a fixed list of arguments
        [str(BIN / "python"), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    options: dict[str, str] = {}
    for line in sorted(listing.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        options[name.rpartition(".")[2]] = value.strip("'\"").replace("\\n", " ")
    return options


def on_another_disk() -> bool:
    cache = Path(os.environ.get("UV_CACHE_DIR") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser())
    return not cache.exists() or cache.stat().st_dev != ROOT.stat().st_dev


def answers(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 -- a fixed list of arguments


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
