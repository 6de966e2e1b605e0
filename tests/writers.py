"""Two people who write at the same time, each on a connection of their own."""

import threading

from django.db import connection


def at_the_same_time(*acts):
    """Run the acts in threads that start together; return what each raised, or None, in their order.

    Each act gets a function to call in the middle: it waits, for a moment at most, until the others are there too.
    SQLite lets in one writer at a time, so there the wait ends by itself and the acts run one after the other.
    """
    barrier = threading.Barrier(len(acts))
    raised = [None] * len(acts)

    def meet():
        try:
            barrier.wait(1 if connection.vendor == "sqlite" else 10)
        except threading.BrokenBarrierError:
            if connection.vendor != "sqlite":
                raise

    def run(number, act):
        try:
            act(meet)
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised
