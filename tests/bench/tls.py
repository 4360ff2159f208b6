"""What thousands of hosts with one feed each need over TLS: memory, open files, CPU time.

`python -m tests.bench tls` runs the whole application over TLS_HOSTS (2000) local hosts, each asked once a minute, for
TLS_MINUTES (2). It makes a certificate with the `openssl` command, and exits with status 1 when a goal is missed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.soak import report, soak
from tests.bench.soak_plan import Plan

GOAL_MB = 150.0
INTERVAL_S = 60.0


def run() -> None:
    """Run, print the report, and exit with status 1 when a goal is missed."""
    if shutil.which("openssl") is None:
        print("tls: skipped: the openssl command, which makes the certificate, is not here", file=sys.stderr)
        return
    with TemporaryDirectory(prefix="vedette-tls-") as scratch:
        folder = Path(scratch)
        plan = Plan(
            feeds=int(os.environ.get("TLS_HOSTS", "2000")),
            minutes=float(os.environ.get("TLS_MINUTES", "2")),
            faults=0.0,
            interval_s=INTERVAL_S,
            certificate=str(make_certificate(folder)),
            crowded=False,
        )
        outcome = soak(plan, folder)
    peak_mb = outcome.needs.peak_together_bytes / 2**20
    print("\n".join(report(outcome)))
    print(
        f"peak memory {peak_mb:.0f} MB, parser processes included, of pages in common use their share (goal: {GOAL_MB:.0f} MB or less)",
        flush=True,
    )
    if outcome.findings.late or outcome.findings.problems or peak_mb > GOAL_MB:
        sys.exit(1)


def make_certificate(folder: Path) -> Path:
    """Make a key and a certificate for `*.soak.test`, in one file that serves as its own authority too."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=soak",
        "-addext", "subjectAltName=DNS:*.soak.test",
    )  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    certificate.write_text(key.read_text("ascii") + certificate.read_text("ascii"), "ascii")
    return certificate
