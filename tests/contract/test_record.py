"""Many threads of two processes write into the record at once: it has one end and no gap."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.contract.conftest import ROOT, Migrated

THREADS, EACH = 4, 8
WRITE = f"""
import threading
from django.db import connection, transaction
from warmline.audit.actions import Action
from warmline.audit.services import record
failed = []
begin = threading.Barrier({THREADS})
def write():
    try:
        begin.wait()
        for number in range({EACH}):
            with transaction.atomic():
                record(Action.TOPIC_CHANGED, actor="Dana", object=f"topic:t{{number}}")
                if number % 4 == 3:
                    transaction.set_rollback(True)
    except BaseException as error:
        failed.append(repr(error))
    finally:
        connection.close()
threads = [threading.Thread(target=write) for _ in range({THREADS})]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(failed))
"""
READ = """
from warmline.audit.models import Entry
from warmline.audit.services import verify
numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
print(json.dumps([numbers, verify().why]))
"""


def test_many_append_at_once_and_the_chain_does_not_fork(migrated: Migrated) -> None:
    """From an empty record on; every fourth is rolled back."""
    with ThreadPoolExecutor(2) as processes:
        failed = list(processes.map(lambda _: migrated.django(WRITE), range(2)))
    numbers, why = migrated.django(READ)
    assert failed == [[], []]
    assert numbers == list(range(1, 2 + 2 * THREADS * EACH * 3 // 4))
    assert why == ""


def test_the_command_says_whether_it_is_whole(migrated: Migrated) -> None:
    """In a sentence and an exit status; with a mark, whether it is still the same record."""
    migrated.django(
        "from warmline.audit.services import record; record('set_up', actor='Dana'); print(0)"
    )
    said = _verify(migrated)
    assert said.returncode == 0
    assert "The record is whole" in said.stdout
    mark = said.stdout.split("Mark: ")[1].strip()
    assert _verify(migrated, "--mark", mark).returncode == 0
    number = mark.partition(":")[0]
    other = _verify(migrated, "--mark", f"{number}:{'a' * 64}")
    assert other.returncode == 1
    assert f"Entry {number} was changed" in other.stdout
    wrong = _verify(migrated, "--mark", "yesterday")
    assert wrong.returncode == 2
    assert "A mark is a number" in wrong.stderr


def _verify(migrated: Migrated, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warmline", "audit", "verify", *more],
        cwd=ROOT,
        env=migrated.environment,
        capture_output=True,
        text=True,
    )
