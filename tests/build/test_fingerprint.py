from pathlib import Path

from tools.lab.build import fingerprint


def test_equal_inputs_have_equal_names(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")

    assert fingerprint.of("a", b"b", file) == fingerprint.of("a", b"b", b"x")


def test_parts_do_not_run_into_each_other() -> None:
    assert fingerprint.of("ab", "c") != fingerprint.of("a", "bc")


def test_name_is_twelve_hex_digits() -> None:
    assert fingerprint.of("a") == "bf5d3affb73e"


def test_stamp_follows_links_and_tells_absence(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("x")
    link.symlink_to(file)

    assert fingerprint.stamp(link) == fingerprint.stamp(file)
    assert fingerprint.stamp(file).startswith(f"{file} 1 ")
    assert fingerprint.stamp(tmp_path / "none") == f"{tmp_path}/none absent"


def test_stamp_changes_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    before = fingerprint.stamp(file)

    file.write_text("longer")

    assert fingerprint.stamp(file) != before
