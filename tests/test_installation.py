"""What is written beside the code keeps its promises: the compose file, the packages, the lock, the docstrings."""

import ast
import re
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import yaml
from typer.main import get_command

from api.cli import app
from domain.store.settings import InstallationSettings

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("build") == "."}


def test_every_command_in_the_compose_file_exists_with_its_options() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]  # the whole command line is a group
    for service in OURS.values():
        program, name, *rest = service["command"]
        assert program == "asiapolku"
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options
    assert {service["command"][1] for service in OURS.values()} >= {"serve", "work", "migrate"}
    assert {service["command"][2] for name, service in OURS.items() if name in ("worker", "scheduler")} == {
        "actors",
        "follower",
    }


def test_every_variable_in_the_compose_file_is_one_that_the_settings_read() -> None:
    known = {name.upper() for name in InstallationSettings.model_fields}
    for service in OURS.values():
        assert set(service["environment"]) <= known


def test_no_secret_stands_in_the_compose_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name, value in re.findall(r"^\s*(\w*(?:PASSWORD|KEY)): (.+)$", text, re.MULTILINE):
        assert re.fullmatch(r"\$\{\w+:[?-]\}", value), name


def test_the_servers_and_what_is_served_have_health_checks_and_volumes() -> None:
    services = COMPOSE["services"]
    assert all("healthcheck" in services[name] for name in ("db", "redis", "api"))
    assert services["db"]["image"].startswith("postgres:")
    assert services["redis"]["image"].startswith("redis:")
    assert set(COMPOSE["volumes"]) == {"database", "attachments"}


def test_no_other_distribution_brings_a_package_of_our_names() -> None:
    providers = packages_distributions()
    for name in ("domain", "projections", "api", "workers"):
        assert set(providers.get(name, [])) <= {"asiapolku"}
    assert sum(1 for each in distributions() if each.metadata["Name"] == "asiapolku") == 1


def test_every_locked_distribution_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text()
        for block in re.split(r"\n(?=[a-z0-9])", text):
            if "==" in block.splitlines()[0]:
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_module_says_what_lives_there() -> None:
    for folder in ("domain", "projections", "api", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            assert ast.get_docstring(ast.parse(file.read_text())), file


def test_no_clock_is_read_but_in_one_place() -> None:
    for folder in ("domain", "projections", "api", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            if file.relative_to(ROOT).as_posix() != "domain/store/settings.py":
                assert not re.search(r"datetime\.now\(|date\.today\(|utcnow", file.read_text()), file
