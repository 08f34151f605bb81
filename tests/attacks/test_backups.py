"""What operators are told to back up holds nothing that was promised to be gone."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "self-hosting.md").read_text()
SECTION = re.findall(r"^## Backups\n(.*?)^## ", PAGE, re.DOTALL | re.MULTILINE)[0]
COMMANDS = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)


def test_no_backup_holds_a_talk_its_keys_or_the_prefix_key() -> None:
    assert len(COMMANDS) == 2, "one for each engine"
    for commands in COMMANDS:
        assert "rooms_message" in commands
        assert "rooms_epoch" in commands
        assert "core_session" in commands
        assert "prefix.key" not in commands
        assert not re.search(r"/var/lib/warmline(?!/warmline\.sqlite3)", commands), "whole folder"
    assert "Never `prefix.key`" in SECTION
