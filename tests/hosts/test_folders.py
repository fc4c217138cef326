"""Where Resolve looks, on each system, and in the App Store's containers."""

from pathlib import Path

import pytest

from bridge.hosts.machine import Machine
from bridge.hosts.resolve.folders import Kind, places
from tests.hosts.disks import CONTAINER, FUSIONS, SUPPORT, machine


@pytest.mark.parametrize("platform", FUSIONS)
def test_the_standard_place_of_each_system(tmp_path: Path, platform: str):
    fusion = tmp_path / FUSIONS[platform]
    (place,) = places(machine(platform, tmp_path), tmp_path / "data")
    assert place.kind is Kind.standard
    assert place.utility == (fusion / "Scripts" / "Utility",)
    assert place.library == tmp_path / "data" / "resolve" / "lib"
    assert place.mailbox == tmp_path / "data" / "resolve" / "mailbox"
    assert place.prefs == (fusion / "Profiles" / "Default" / "Fusion.prefs",)
    assert not place.found


@pytest.mark.parametrize("platform", FUSIONS)
def test_a_resolve_that_ran_is_found_and_our_own_folders_are_no_sign_of_it(tmp_path, platform):
    fusion = tmp_path / FUSIONS[platform]
    (fusion / "Scripts" / "Utility").mkdir(parents=True)
    assert not places(machine(platform, tmp_path), tmp_path)[0].found
    (fusion / "Profiles").mkdir()
    assert places(machine(platform, tmp_path), tmp_path)[0].found


def test_what_resolve_keeps_beside_fusion_is_a_sign_too(tmp_path: Path):
    (tmp_path / FUSIONS["linux"].parent / "logs").mkdir(parents=True)
    assert places(machine("linux", tmp_path), tmp_path)[0].found


def test_windows_says_itself_where_its_folder_is(tmp_path: Path):
    roaming = tmp_path / "elsewhere" / "Roaming"
    (place,) = places(machine("win32", tmp_path, APPDATA=str(roaming)), tmp_path)
    fusion = roaming / "Blackmagic Design" / "DaVinci Resolve" / "Support" / "Fusion"
    assert place.utility == (fusion / "Scripts" / "Utility",)


def test_a_container_is_a_place_of_its_own_and_has_all_inside(tmp_path: Path):
    (tmp_path / CONTAINER / "Data").mkdir(parents=True)
    other = CONTAINER.with_name("com.blackmagic-design.DaVinciResolveAppStore")
    (tmp_path / other).mkdir()
    (tmp_path / CONTAINER.with_name("com.blackmagic-design.DiskSpeedTest")).mkdir()
    (tmp_path / CONTAINER.with_name("org.other.DaVinciResolve")).mkdir()
    standard, second, first = places(machine("darwin", tmp_path), tmp_path / "data")
    support = tmp_path / SUPPORT
    inside = support / "Blackmagic Design" / "DaVinci Resolve" / "Fusion"
    assert standard.kind is Kind.standard
    assert first.kind is second.kind is Kind.app_store
    assert first.utility == (
        inside / "Scripts" / "Utility",
        support / "Fusion" / "Scripts" / "Utility",
    )
    assert first.prefs == (
        inside / "Profiles" / "Default" / "Fusion.prefs",
        support / "Fusion" / "Profiles" / "Default" / "Fusion.prefs",
    )
    assert first.library == support / "nle-bridge" / "lib"
    assert first.mailbox == support / "nle-bridge" / "mailbox"
    assert second.library.is_relative_to(tmp_path / other)


def test_containers_are_looked_for_on_macos_alone(tmp_path: Path):
    (tmp_path / CONTAINER).mkdir(parents=True)
    assert len(places(machine("linux", tmp_path), tmp_path)) == 1


def test_moved_preferences_come_first(tmp_path: Path):
    moved = machine("linux", tmp_path, FUSION_PROFILE_DIR="/studio", FUSION_PROFILE="anna")
    (place,) = places(moved, tmp_path)
    profiles = tmp_path / FUSIONS["linux"] / "Profiles"
    assert place.prefs == (
        Path("/studio/anna/Fusion.prefs"),
        Path("/studio/Default/Fusion.prefs"),
        profiles / "anna" / "Fusion.prefs",
        profiles / "Default" / "Fusion.prefs",
    )


def test_a_disk_that_is_only_told_of_will_do():
    told = {Path("/h/Library/Containers"): ("com.blackmagic-design.DaVinciResolve",)}
    mac = Machine("darwin", {}, Path("/h"), names=lambda folder: told.get(folder, ()))
    assert [place.kind for place in places(mac, Path("/d"))] == [Kind.standard, Kind.app_store]
