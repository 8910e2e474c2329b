"""What is in the zip, and that a broken build stops instead of shipping."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from chalicelib.authority.sign_in import issuers
from infra import stages
from infra.build import ROOT, archive, check, flows, package, template, vendored


@pytest.fixture(scope="module")
def built() -> Path:
    return package.build(stages.EMBEDDED)[0]


@pytest.fixture(scope="module")
def names(built: Path) -> set[str]:
    with ZipFile(built / "deployment.zip") as packed:
        found = packed.namelist()
    assert len(found) == len(set(found)), "a file is in the zip twice"
    return set(found)


def test_the_zip_is_small_enough(built: Path) -> None:
    assert (built / "deployment.zip").stat().st_size <= package.LIMIT_MB * 1_000_000


def test_every_module_has_its_bytecode(names: set[str]) -> None:
    for name in names:
        if name.endswith(".py"):
            folder, _, module = name.rpartition("/")
            assert f"{folder}/__pycache__/{module[:-3]}.cpython-311.pyc".lstrip("/") in names


def test_the_application_is_in_the_zip_whole(names: set[str]) -> None:
    for path in (ROOT / "chalicelib").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert str(path.relative_to(ROOT)) in names
    for folder, inside in (("schemas", "schemas"), ("infra/flows", "flows")):
        for path in (ROOT / folder).rglob("*.json"):
            assert f"{inside}/{path.relative_to(ROOT / folder)}" in names


def test_only_what_runs_is_in_the_zip(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert not tops & {
        "pip",
        "setuptools",
        "wheel",
        "inquirer",
        "pydantic",
        "tests",
        "infra",
        "docutils",
    }
    assert {name for name in names if name.startswith("chalice/") and name.endswith(".py")} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }
    services = {
        name.split("/")[2]
        for name in names
        if name.startswith("botocore/data/") and name.count("/") > 2
    }
    assert services == vendored.SERVICES


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "b.py").write_text("B = 1\n")
    (tmp_path / "tree" / "a.py").write_text("A = 1\n")
    made = []
    for name in ("one.zip", "two.zip"):
        archive.compile_tree(tmp_path / "tree")
        archive.write_zip(tmp_path / name, tmp_path / "tree")
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_a_dependency_that_cannot_be_vendored_stops_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(vendored, "CACHE", tmp_path)
    monkeypatch.setattr(vendored, "named", lambda: ["rfc8785==0.0.0"])
    with pytest.raises(SystemExit, match="rfc8785"):
        vendored.build("x86_64")
    assert not list(tmp_path.glob("*.zip"))


def test_every_pin_is_exact() -> None:
    for file in ROOT.glob("requirements*.txt"):
        for line in file.read_text().splitlines():
            assert not line or line.startswith(("#", "-r ")) or line.count("==") == 1, (
                f"{file.name}: {line}"
            )


def test_a_generated_resource_cannot_replace_a_written_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "resources", lambda published: {"Journal": {}})
    with pytest.raises(ValueError, match="Journal"):
        template.build(flows.read())


def test_the_flow_check_finds_what_the_emulator_accepts() -> None:
    states = {
        "a": {"Type": "Pass", "Output": "{% {'since': 1 %}", "Next": "gone"},
        "lonely": {"Type": "Succeed"},
    }
    found = check.state_machine(
        json.dumps({"QueryLanguage": "JSONata", "StartAt": "a", "States": states})
    )
    for part in ("gone", "lonely", "since"):
        assert any(part in problem for problem in found), part


def test_a_stage_needs_its_parameters_and_knows_no_others() -> None:
    declared = template.read("template.yaml")["Parameters"]
    with pytest.raises(SystemExit, match="missing parameter OidcIssuers"):
        stages.complete("elsewhere", {}, declared)
    with pytest.raises(SystemExit, match="unknown parameter Speed"):
        stages.complete(stages.EMBEDDED, {"Speed": "9"}, declared)
    with pytest.raises(SystemExit, match="lower case"):
        stages.check_name("../embedded")
    assert stages.complete(stages.EMBEDDED, {"OidcIssuers": "x"}, declared)["OidcIssuers"] == "x"


def test_a_list_in_a_stages_file_is_json_to_the_template() -> None:
    given = stages.complete(stages.EMBEDDED, {}, template.read("template.yaml")["Parameters"])
    assert {issuer.kind for issuer in issuers.read(given["OidcIssuers"]).values()} == {
        "people",
        "systems",
    }
