"""What has to be there before the settings can be read: the data folder and the secret key.

It runs before Django does, so it stands on the standard library alone. The rest is the `quickstart` command.
"""

import argparse
import ipaddress
import os
import secrets
import socket
import sys
from pathlib import Path

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000


def add_arguments(parser):
    """Add the command's options to a parser: Django's, or the one that looks ahead."""
    parser.add_argument("--host", default=DEFAULT_HOST, help="the address to serve on (default: %(default)s)")
    parser.add_argument("--port", default=DEFAULT_PORT, type=int, help="the port to serve on (default: %(default)s)")
    parser.add_argument("--no-serve", action="store_true", help="make everything ready and stop there")


def is_loopback(host):
    """Return whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def stop(message):
    """Say what is in the way and how to go on, and end without a traceback."""
    sys.stderr.write(f"{message}\n")
    raise SystemExit(1)


def prepare(arguments):
    """Check what can be checked beforehand, and make the data folder and the secret key (mode 600) once."""
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    options, _others = parser.parse_known_args(arguments)
    if {"-h", "--help"} & set(arguments):
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        return
    if not is_loopback(options.host) and not os.environ.get("ALLOWED_HOSTS"):
        stop(
            f"--host {options.host} opens the site beyond this machine. Set ALLOWED_HOSTS to the names under which it "
            "will be reached, such as ALLOWED_HOSTS=record.example.org, and start again."
        )
    if not options.no_serve:
        refuse_taken_port(options.host, options.port)
    folder = Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parent.parent / ".data")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "uploads").mkdir(exist_ok=True)
        if not os.environ.get("SECRET_KEY"):
            make_key(folder / "secret_key")
    except OSError as error:
        stop(f"{folder} can't be written ({error.strerror}). Make it writable, or set DATA_DIR to a folder that is.")


def refuse_taken_port(host, port):
    """Stop where something else listens on the port already."""
    if not 0 < port < 65536:
        stop(f"--port {port} is no port. Choose one from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            stop(f"Port {port} on {host} can't be had ({error.strerror}). Choose another one: --port {port + 1}.")


def make_key(path):
    """Write a secret key that only its owner can read; a half-written one is made anew."""
    if path.is_file() and len(path.read_text().strip()) >= 50:
        path.chmod(0o600)
        return
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    unfinished.replace(path)
