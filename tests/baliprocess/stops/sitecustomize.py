"""Loaded by the interpreter of a process under test: it stands still, to be killed, once STOP_AFTER is written."""

import os
import sys
import time


def stand_still_after(label):
    """Let the process stop, in the middle of its transaction, after it has written history of the model."""
    from baliprocess import changes

    write_history = changes.write_history

    def write_and_stop(model, rows, kind):
        write_history(model, rows, kind)
        if model._meta.label == label and rows:
            sys.stdout.write(f"Stopped after {label}\n")
            sys.stdout.flush()
            time.sleep(60)

    changes.write_history = write_and_stop


if label := os.environ.get("STOP_AFTER"):
    from django.apps import config

    ready = config.AppConfig.ready

    def ready_and_stop(self):
        ready(self)
        if self.name == "registry":
            stand_still_after(label)

    config.AppConfig.ready = ready_and_stop
