"""Settings: refused by name, never telling a value, the same in a child process."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nba_props.settings import ENVIRONMENT_PREFIX, Settings, SettingsError, child_environment, load_settings

SECRET = "hunter2-hunter2"
CHOSEN = {
    "NBA_PROPS_HOME": "/somewhere/else",
    "NBA_PROPS_FIRST_DATE": "2024-10-22",
    "NBA_PROPS_ODDS_API_KEY": SECRET,
    "NBA_PROPS_CLOCK_SHIFT_SECONDS": "-86400.25",
    "NBA_PROPS_RECORDINGS": "/recordings",
    "NBA_PROPS_RETRY_ATTEMPTS": "5",
    "NBA_PROPS_COVERAGE_FLOOR": "0.75",
}


def test_without_variables_every_setting_has_its_default() -> None:
    settings = load_settings({"PATH": "/bin", "HOME": "/root"})
    assert settings.model_fields_set == set()
    assert settings.odds_api_key is None
    assert settings.home == Path(".nba_props")


def test_variables_become_typed_values() -> None:
    settings = load_settings(CHOSEN)
    assert settings.first_date == date(2024, 10, 22)
    assert settings.odds_api_key is not None
    assert settings.odds_api_key.get_secret_value() == SECRET
    assert settings.clock_shift.total_seconds() == -86400.25
    assert settings.archive_path == Path("/somewhere/else/archive")


def test_a_handed_in_environment_is_the_only_one_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test or child that is given its environment must not see the one of the shell that started it."""
    monkeypatch.setenv("NBA_PROPS_PACING_SECONDS", "99")
    monkeypatch.setenv("NBA_PROPS_ODDS_API_KEY", SECRET)
    assert load_settings({}).pacing_seconds == 2.5
    assert load_settings({}).odds_api_key is None
    assert Settings().pacing_seconds == 2.5
    assert load_settings().pacing_seconds == 99


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="NBA_PROPS_ODS_API_KEY") as refusal:
        load_settings({"NBA_PROPS_ODS_API_KEY": SECRET})
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "name",
    ["FIRST_DATE", "RETRY_ATTEMPTS", "PACING_SECONDS", "COVERAGE_FLOOR", "BACKFILL_CHUNK_DAYS", "CLOCK_SHIFT_SECONDS"],
)
def test_a_malformed_setting_is_refused_by_name_without_its_value(name: str) -> None:
    with pytest.raises(SettingsError, match=ENVIRONMENT_PREFIX + name) as refusal:
        load_settings({ENVIRONMENT_PREFIX + name: SECRET})
    error: BaseException | None = refusal.value
    while error is not None:
        assert SECRET not in str(error)
        assert SECRET not in repr(error)
        error = error.__cause__


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COVERAGE_FLOOR", "1.1"),
        ("GREATEST_HOLD", "-0.1"),
        ("RETRY_ATTEMPTS", "0"),
        ("RETRY_ATTEMPTS", "11"),
        ("PACING_SECONDS", "-1"),
        ("DIRECT_TIMEOUT_SECONDS", "0"),
        ("BACKFILL_CHUNK_DAYS", "0"),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=ENVIRONMENT_PREFIX + name):
        load_settings({ENVIRONMENT_PREFIX + name: value})


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({"NBA_PROPS_FIRST_DATE": "soon", "NBA_PROPS_RETRY_ATTEMPTS": "many"})
    assert "NBA_PROPS_FIRST_DATE" in str(refusal.value)
    assert "NBA_PROPS_RETRY_ATTEMPTS" in str(refusal.value)


def test_a_secret_is_in_no_text_of_the_settings() -> None:
    settings = load_settings(CHOSEN)
    for text in (str(settings), repr(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert SECRET not in text


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).pacing_seconds = 0  # type: ignore[misc]


@pytest.mark.parametrize("chosen", [{}, CHOSEN, {"NBA_PROPS_HOME": "relative/home"}])
def test_a_child_process_sees_the_same_settings(chosen: dict[str, str]) -> None:
    settings = load_settings(chosen)
    child = load_settings(child_environment(settings, base={"PATH": "/bin"}))
    assert child.model_dump(exclude={"home"}) == settings.model_dump(exclude={"home"})
    assert child.home == settings.home.absolute()


def test_a_child_does_not_inherit_settings_that_its_parent_does_not_have() -> None:
    inherited = {"PATH": "/bin", "NBA_PROPS_PACING_SECONDS": "99", "NBA_PROPS_ODDS_API_KEY": SECRET}
    environment = child_environment(load_settings({}), base=inherited)
    assert environment["PATH"] == "/bin"
    assert load_settings(environment).pacing_seconds == 2.5
    assert SECRET not in environment.values()


def test_a_child_finds_dagsters_storage_from_any_folder() -> None:
    environment = child_environment(load_settings({}), base={})
    assert environment["DAGSTER_HOME"] == str(Path(".nba_props/dagster").absolute())
    assert Path(environment["NBA_PROPS_HOME"]).is_absolute()


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []
