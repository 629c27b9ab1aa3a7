"""Secrets in files: read once for each change, and refused in one line where they cannot be used."""

import os
import socket
from pathlib import Path

import pytest

from db.secret_files import SecretText, SecretUnreadable, read_secret_file


def test_blanks_and_a_byte_order_mark_are_no_part_of_the_secret(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xef\xbb\xbf sesame \r\n")
    assert read_secret_file(file) == "sesame"


def test_a_file_that_cannot_be_used_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    os.mkfifo(tmp_path / "pipe")  # reading it would wait for a writer for ever
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        words = {
            "none": "there is no file",
            "empty": "put the secret into it",
            "binary": "save it as UTF-8",
            "pipe": "chmod 600",
            "socket": "no regular file",
            ".": "no regular file",
        }
        for name, remedy in words.items():
            with pytest.raises(SecretUnreadable, match=remedy) as caught:
                read_secret_file(tmp_path / name)
            assert "\n" not in str(caught.value)


def test_a_replaced_file_is_read_again_and_a_missing_one_keeps_the_last_secret(tmp_path: Path) -> None:
    """Kubernetes replaces the link to the folder of secrets. Docker and people write the file."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").write_text(name)
    link = tmp_path / "current"
    link.symlink_to("old")
    secret = SecretText(f"file:{link / 'token'}")
    assert secret.text() == "old"
    link.unlink()
    assert secret.text() == "old"
    link.symlink_to("new")
    assert secret.text() == "new"
    (tmp_path / "new" / "token").write_text("")
    assert secret.text() == "new"
    assert "new" not in repr(secret)
