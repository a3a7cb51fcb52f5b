"""Check style, types, layers, leftovers, new columns, templates and deployment files; say what failed.

Tools that a machine may lack (docker, nginx, shellcheck) are used where they are, and named where they are not.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PATHS = ["src", "tests", "scripts", "bench", "demo", "manage.py"]
SHELL_SCRIPTS = [".ci/run"]
NGINX_VARIABLES = {"LYCEUM_WEB": "127.0.0.1:8000", "LYCEUM_LISTEN": "127.0.0.1:8080"}


def main() -> int:
    paths = [path for path in PATHS if (ROOT / path).exists()]
    failed = [
        name
        for name, command in [
            ("style", [BIN / "ruff", "check", "--quiet", *paths]),
            ("format", [BIN / "ruff", "format", "--check", "--quiet", *paths]),
            ("types", [BIN / "mypy"]),
            ("layers", [BIN / "lint-imports", "--no-logo"]),
            ("dead code", [sys.executable, ROOT / "scripts" / "dead_code.py"]),
            ("requirements", [BIN / "deptry", "src", "--config", "requirements/deptry.toml"]),
            ("columns", [sys.executable, ROOT / "scripts" / "live_columns.py"]),
            ("templates", [BIN / "djlint", "src", "--lint", "--quiet"]),
            ("upgrades", [BIN / "django-upgrade", "--check", "--target-version", "5.2", *sources()]),
            ("shell", tool("shellcheck", *SHELL_SCRIPTS) or ["bash", "-n", *SHELL_SCRIPTS]),
            ("compose", compose()),
            ("nginx", nginx()),
        ]
        if not check(name, command)
    ]
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def check(name: str, command: list[str | Path] | None) -> bool:
    if command is None:
        print(f"{name:<14}skipped: its tool is not on this machine")
        return True
    environment = {**os.environ, "LYCEUM_ENV": "test", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- a fixed list of arguments
    print(f"{name:<14}{'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def sources() -> list[str]:
    return [str(path) for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts]


def tool(name: str, *arguments: str) -> list[str | Path] | None:
    found = shutil.which(name)
    return [found, *arguments] if found else None


def compose() -> list[str | Path] | None:
    """Let Docker read the file, where its compose plugin is installed."""
    docker = tool("docker", "compose", "version")
    if docker is None or subprocess.run(docker, capture_output=True, check=False).returncode != 0:  # noqa: S603 -- a fixed list of arguments
        return None
    os.environ.setdefault("POSTGRES_PASSWORD", "only-for-this-check")
    return tool("docker", "compose", "--env-file", ".env.example", "config", "--quiet", "--no-env-resolution")


def nginx() -> list[str | Path] | None:
    """Check the configuration as the container would see it: with its variables filled in."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    folder = Path(tempfile.mkdtemp(prefix="lyceum-nginx-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, value in NGINX_VARIABLES.items():
        text = text.replace(f"${{{name}}}", value)
    main = folder / "nginx.conf"
    main.write_text(f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{text}\n}}\n")
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    return [found, "-t", "-q", "-p", str(folder), "-c", str(main)] if found else None


if __name__ == "__main__":
    sys.exit(main())
