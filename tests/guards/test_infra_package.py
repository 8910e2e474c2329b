"""What is in the zip, and that a broken build stops instead of shipping."""

import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import app  # noqa: F401  # every route is installed
from chalicelib.authority.sign_in import issuers
from chalicelib.kernel.functions import EVERY_FUNCTION, FUNCTIONS
from chalicelib.kernel.http import routes as kernel
from chalicelib.kernel.http.door import PUBLIC
from infra import stages
from infra.build import (
    ROOT,
    archive,
    check,
    flows,
    gateway,
    locked,
    package,
    quotas,
    template,
    vendored,
)


@pytest.fixture(scope="module")
def built() -> Path:
    return package.build(stages.EMBEDDED).folder


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
        # A function reads one or two modules of telephone metadata out of hundreds.
        if name.endswith(".py") and not name.startswith(f"{vendored.UNCOMPILED}/"):
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
    monkeypatch.setattr(vendored, "named", lambda: ["rfc8785==0.1.4"])
    with pytest.raises(SystemExit, match="rfc8785"):
        vendored.build("x86_64")
    assert not list(tmp_path.glob("*.zip"))


def test_every_pin_is_exact() -> None:
    for file in ROOT.glob("requirements*.txt"):
        for line in file.read_text().splitlines():
            assert not line or line.startswith(("#", "-r ")) or line.count("==") == 1, (
                f"{file.name}: {line}"
            )


@pytest.mark.parametrize("pins", ["requirements", "requirements-dev", "requirements-checkov"])
def test_every_pin_is_locked_to_the_hashes_of_its_files(pins: str) -> None:
    told = locked.read(ROOT / f"{pins}.lock")
    versions = {name: pin.split()[0].partition("==")[2] for name, pin in told.items()}
    assert versions == {
        locked.project(pin): pin.partition("==")[2] for pin in _pins_of(f"{pins}.txt")
    }
    for pin in told.values():
        _, *hashes = pin.split()
        assert hashes
        assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", each) for each in hashes), pin


def _pins_of(file: str) -> list[str]:
    """The pins of a file and of those that it includes."""
    pins = []
    for line in (ROOT / file).read_text().splitlines():
        if line.startswith("-r "):
            pins += _pins_of(line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            pins.append(line)
    return pins


@pytest.mark.parametrize("target", [".venv/.ready", ".venv-checkov/.ready"])
def test_what_is_set_up_has_the_hashes_that_are_locked(target: str) -> None:
    _, _, recipe = (ROOT / "Makefile").read_text().partition(f"\n{target}:")
    recipe, _, _ = recipe.partition("\n\n")
    installs = [line for line in recipe.splitlines() if "pip install" in line]
    assert installs and all("--no-deps --require-hashes -r" in line for line in installs)


def test_a_generated_resource_cannot_replace_a_written_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "resources", lambda published: {"Journal": {}})
    with pytest.raises(ValueError, match="Journal"):
        template.build(flows.read())


def template_with(paths: list[str], description: str = "") -> dict[str, Any]:
    """A made-up template whose API has ``paths``."""
    methods = {"get": {}}
    api = {"DefinitionBody": {"paths": dict.fromkeys(paths, methods)}}
    return {"Description": description, "Resources": {"RestAPI": {"Properties": api}}}


def test_the_template_takes_less_than_seven_tenths_of_every_quota(built: Path) -> None:
    usages = quotas.check(json.loads((built / "sam.json").read_text("utf-8")))
    print(*usages, sep="\n")
    assert [usage.quota for usage in usages] == [1_000_000, 300]
    assert all(0 < usage.share <= 0.7 for usage in usages)


def test_a_template_near_cloudformations_end_stops_the_build() -> None:
    quotas.check(template_with(["/items"], "x" * 690_000))
    with pytest.raises(
        SystemExit, match=r"700,\d+ of 1,000,000 bytes of template \(70%\): the build stops at 70%"
    ):
        quotas.check(template_with(["/items"], "x" * 700_001))


def test_an_api_near_the_gateways_end_stops_the_build() -> None:
    quotas.check(template_with([f"/items/{n}" for n in range(208)]))
    with pytest.raises(SystemExit, match="211 of 300 API Gateway resources"):
        quotas.check(template_with([f"/items/{n}" for n in range(209)]))


def test_every_node_of_the_tree_of_paths_is_a_resource() -> None:
    assert quotas.api_resources(["/"]) == 1
    assert quotas.api_resources(["/a/{b}/c", "/a/{b}", "/a/{b}/d", "/e"]) == 6


def test_a_path_has_its_declared_methods_and_a_catch_all_and_no_more(built: Path) -> None:
    api = json.loads((built / "sam.json").read_text("utf-8"))["Resources"]["RestAPI"]["Properties"]
    laid_out = {
        (path, verb.upper())
        for path, methods in api["DefinitionBody"]["paths"].items()
        for verb in methods.keys() - {gateway.CATCH_ALL}
    }
    declared = {(route.path, route.method) for route in kernel.installed}
    heads = {(path, "HEAD") for path, verb in declared if verb == "GET"}
    assert laid_out == declared | heads
    for path, methods in api["DefinitionBody"]["paths"].items():
        catch_all = methods[gateway.CATCH_ALL]
        assert "security" not in catch_all, path
        assert catch_all[gateway.INTEGRATION] in [
            methods[verb][gateway.INTEGRATION] for verb in methods
        ]


def test_what_needs_a_sign_in_has_the_authorizer_in_the_api_too(built: Path) -> None:
    api = json.loads((built / "sam.json").read_text("utf-8"))["Resources"]["RestAPI"]["Properties"]
    for route in kernel.installed:
        security = api["DefinitionBody"]["paths"][route.path][route.method.lower()].get("security")
        assert security == (None if route.audience == PUBLIC else [{"authorize": []}]), route


def test_a_function_is_given_what_it_says_it_needs_and_nothing_else(built: Path) -> None:
    resources = json.loads((built / "sam.json").read_text("utf-8"))["Resources"]
    packaged = {
        resource["Properties"]["FunctionName"]["Fn::Sub"].removeprefix(
            "sunlit-${Stage}-"
        ): resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert packaged.keys() == FUNCTIONS.keys()
    for function, properties in packaged.items():
        given = {
            name
            for name in properties["Environment"]["Variables"]
            if not name.startswith("POWERTOOLS_")
        }
        assert given == {*EVERY_FUNCTION, *FUNCTIONS[function]}, function


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
