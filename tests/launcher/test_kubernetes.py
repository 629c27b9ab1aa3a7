"""deploy/kubernetes.yaml runs what deploy/compose.yaml runs: images, settings, secrets, limits and rights are equal."""

from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = {"m": 1024**2, "g": 1024**3, "Mi": 1024**2, "Gi": 1024**3}

COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
PODS = {o["metadata"]["name"]: o["spec"]["template"]["spec"] for o in OBJECTS if "template" in o["spec"]}
CONTAINERS = {name: pod["containers"][0] for name, pod in PODS.items()}
# Host names and addresses of proxies differ by place.
OF_THE_PLACE = {"STILLFRAME_HOSTS", "STILLFRAME_PROXIES", "STILLFRAME_PUBLIC_URL"}


def of(kind: str) -> dict[str, dict[str, Any]]:
    """The objects of a kind by name."""
    return {o["metadata"]["name"]: o for o in OBJECTS if o["kind"] == kind}


def size_of(text: str) -> int:
    """Bytes of a size such as 1g or 1Gi."""
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)) * UNITS[unit]


def test_every_service_has_its_place() -> None:
    assert set(CONTAINERS) | {"nginx"} == set(COMPOSE["services"])
    assert of("Ingress").keys() == {"stillframe"}  # for nginx
    assert {o["metadata"]["namespace"] for o in OBJECTS} == {"stillframe"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_the_image_the_settings_and_the_memory_of_compose(name: str) -> None:
    container, service = CONTAINERS[name], COMPOSE["services"][name]
    assert container["image"] == service["image"]
    assert container.get("args", []) == service.get("entrypoint", [])[1:]
    settings = {variable["name"]: variable["value"] for variable in container["env"]}
    assert settings.keys() - OF_THE_PLACE == service["environment"].keys() - OF_THE_PLACE
    same = settings.keys() - OF_THE_PLACE
    assert {key: settings[key] for key in same} == {key: service["environment"][key] for key in same}
    assert size_of(container["resources"]["limits"]["memory"]) == size_of(service["mem_limit"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_reads_the_secrets_of_compose_and_no_other(name: str) -> None:
    (volume,) = [v["secret"] for v in PODS[name]["volumes"] if "secret" in v]
    assert {item["key"] for item in volume["items"]} == set(COMPOSE["services"][name]["secrets"])
    assert all(item["key"] == item["path"] for item in volume["items"])
    assert volume["defaultMode"] == 0o440
    mounts = {mount["name"]: mount["mountPath"] for mount in CONTAINERS[name]["volumeMounts"]}
    assert mounts["secrets"] == "/run/secrets"


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_no_rights(name: str) -> None:
    locked, pod = CONTAINERS[name]["securityContext"], PODS[name]
    assert locked == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert str(pod["securityContext"]["runAsUser"]) == COMPOSE["services"][name].get("user", "10001").split(":")[0]
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False  # its variables would begin with STILLFRAME_


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_mount_has_a_volume_and_every_container_a_probe(name: str) -> None:
    claims = of("StatefulSet").get(name, {}).get("spec", {}).get("volumeClaimTemplates", [])
    volumes = {v["name"] for v in PODS[name]["volumes"]} | {c["metadata"]["name"] for c in claims}
    assert {mount["name"] for mount in CONTAINERS[name]["volumeMounts"]} == volumes
    assert {"livenessProbe", "readinessProbe"} & CONTAINERS[name].keys()


def test_services_and_policies_select_pods_that_exist() -> None:
    for name, service in of("Service").items():
        assert service["spec"]["selector"] == {"app": name}
        assert name in PODS
    for name, policy in of("NetworkPolicy").items():
        assert policy["spec"]["podSelector"] == {"matchLabels": {"app": name}}
    for name, o in {**of("Deployment"), **of("StatefulSet")}.items():
        assert o["spec"]["selector"]["matchLabels"] == o["spec"]["template"]["metadata"]["labels"] == {"app": name}


def test_a_client_stays_with_one_web_process() -> None:
    assert of("Service")["web"]["spec"]["sessionAffinity"] == "ClientIP"
    annotations = of("Ingress")["stillframe"]["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/affinity"] == "cookie"
