"""The command line as an operator meets it: what it prints, how it exits, and that the Procfile starts."""

import asyncio
import base64
import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.storage.vault import new_master_key
from tests.forks import ROOT
from tests.story.processes import free_port, sayso, sayso_afresh, world

pytestmark = pytest.mark.thorough

# Every group of commands that is not in the Procfile, by one of it, and what it says where nothing has happened yet.
COMMANDS = {
    "demo --port 0": "Sayso is ready: http://127.0.0.1",
    "sandbox --port 0": "http://127.0.0.1",
    "run": "Set SAYSO_SLACK_BOT_TOKEN in the environment",
    "doctor": "SAYSO_SLACK_BOT_TOKEN is missing",
    "db check": "The database is up to date.",
    "nudges list": "No such nudges.",
    "import none.md --member T0NONE:U0NONE": "none.md",
    "export wins.md --member T0NONE:U0NONE": "“T0NONE:U0NONE” names nobody",
    "keys new": r"^\S{44}$",
    "keys rotate --check": "Every key needs only the one master key",
    "backup b.db": "is no whole database of Sayso’s",
}


async def _ends(*words: str, folder: Path, **settings: str) -> tuple[int, str]:
    async with sayso(*words, folder=folder, **settings) as running:
        return await running.ends(), "\n".join(running.lines)


@pytest.mark.parametrize("words", COMMANDS)
async def test_a_command_starts_in_an_interpreter_of_its_own(words: str, tmp_path: Path, sqlite_url: str):
    settings = {"master_keys": new_master_key(), "database_url": sqlite_url}
    async with sayso_afresh(*words.split(), folder=tmp_path, **settings) as running:
        await running.says(COMMANDS[words])


async def test_a_new_key_is_thirty_two_bytes_and_another_each_time(tmp_path: Path):
    _, one = await _ends("keys", "new", folder=tmp_path)
    _, two = await _ends("keys", "new", folder=tmp_path)
    assert len(base64.urlsafe_b64decode(one)) == 32
    assert one != two


async def test_a_missing_setting_stops_the_start_with_one_sentence(tmp_path: Path):
    code, said = await _ends("run", folder=tmp_path)
    assert code == 2
    assert said.count("\n") == 0
    assert "SAYSO_MASTER_KEYS" in said


async def test_a_web_process_refuses_a_database_that_is_not_up_to_date(tmp_path: Path):
    code, said = await _ends("web", folder=tmp_path, master_keys=new_master_key(), slack_bot_token="xoxb-1")
    assert code == 2
    assert "sayso db upgrade" in said


async def test_the_database_is_brought_up_to_date_and_says_so(tmp_path: Path):
    key = new_master_key()
    assert await _ends("db", "check", folder=tmp_path, master_keys=key) == (
        1,
        "The database is not up to date: run `sayso db upgrade`.",
    )
    assert (await _ends("db", "upgrade", folder=tmp_path, master_keys=key))[0] == 0
    assert await _ends("db", "check", folder=tmp_path, master_keys=key) == (0, "The database is up to date.")


async def test_a_wrong_key_is_refused_before_anything_is_touched(tmp_path: Path):
    await _ends("db", "upgrade", folder=tmp_path, master_keys=new_master_key())
    before = (tmp_path / ".sayso" / "sayso.db").read_bytes()
    for words in (("db", "upgrade"), ("run",), ("worker",)):
        code, said = await _ends(
            *words, folder=tmp_path, master_keys=new_master_key(), slack_bot_token="xoxb-1"
        )
        assert code == 2
        assert "does not open this database" in said
    assert (tmp_path / ".sayso" / "sayso.db").read_bytes() == before


async def test_a_database_that_does_not_answer_stops_the_start_with_one_sentence(tmp_path: Path):
    (tmp_path / "broken.db").write_text("This is no database, however long one reads in it. " * 100)
    for url in (
        f"sqlite:///{tmp_path}/broken.db",
        "sqlite:////proc/none/sayso.db",
        "postgresql://127.0.0.1:1/x",
    ):
        for words in (("db", "upgrade"), ("doctor",)):
            _, said = await _ends(*words, folder=tmp_path, master_keys=new_master_key(), database_url=url)
            assert "The database does not answer: check SAYSO_DATABASE_URL" in said
            assert "Error" not in said


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path):
    key = new_master_key()
    await _ends("db", "upgrade", folder=tmp_path, master_keys=key)
    path = tmp_path / ".sayso" / "sayso.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = path.read_bytes()
    for words in (("db", "check"), ("db", "upgrade"), ("run",), ("doctor",)):
        code, said = await _ends(*words, folder=tmp_path, master_keys=key, slack_bot_token="xoxb-1")
        assert code in (1, 2)
        assert "made by a newer Sayso than this one" in said
        assert "run `sayso db upgrade`" not in said
    assert path.read_bytes() == before


async def test_the_doctor_says_what_to_do(tmp_path: Path):
    code, said = await _ends("doctor", folder=tmp_path, master_kyes="x")
    assert code == 1
    assert "SAYSO_MASTER_KYES is no setting of Sayso" in said
    assert "SAYSO_MASTER_KEYS is missing: run `sayso keys new`" in said
    assert "run `sayso db upgrade`" in said
    assert "SAYSO_SLACK_BOT_TOKEN is missing" in said


async def test_the_doctor_finds_nothing_wrong_with_a_sound_installation(tmp_path: Path):
    async with world(tmp_path, "socket") as slack:
        settings = {**slack.settings}
        settings.pop("port")
        await _ends("db", "upgrade", folder=tmp_path, **settings)
        code, said = await _ends("doctor", folder=tmp_path, **settings)
    assert code == 0, said
    assert "fix" not in said
    assert "The token has every scope of the manifest." in said


async def test_the_doctor_names_a_scope_that_is_missing_and_a_token_that_is_refused(tmp_path: Path):
    async with world(tmp_path, "socket") as slack:
        settings = {**slack.settings, "slack_bot_token": "xoxb-somebody-else"}
        code, said = await _ends("doctor", folder=tmp_path, **settings)
    assert code == 1
    assert "Slack refuses SAYSO_SLACK_BOT_TOKEN (invalid_auth)" in said


async def test_the_demo_keeps_its_key_beside_its_database_for_its_owner_only(tmp_path: Path):
    async with sayso("demo", "--port", "0", folder=tmp_path) as demo:
        await demo.says("Sayso is ready: http://127.0.0.1")
        assert await demo.stop() == 0, "\n".join(demo.lines)
        assert not [line for line in demo.lines if "error" in line]
    key = tmp_path / ".sayso" / "demo.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".sayso").stat().st_mode) == 0o700
    with sqlite3.connect(tmp_path / ".sayso" / "demo.db") as database:
        tokens = database.execute("SELECT bot_token_sealed FROM workspaces").fetchall()
    database.close()
    assert tokens
    assert not [token for (token,) in tokens if b"xoxb" in token]


async def test_the_demo_goes_on_at_the_time_where_it_was_left(tmp_path: Path):
    for _ in range(2):
        async with sayso("demo", "--port", "0", folder=tmp_path) as demo, aiohttp.ClientSession() as http:
            clock = (await demo.says(r"(http://\S+:\d+)"))[1] + "/sandbox/clock"
            async with http.get(clock) as answer:
                before = datetime.fromisoformat((await answer.json())["now"])
            async with http.post(clock, json={"by_seconds": 7 * 86_400}) as answer:
                assert (await answer.json())["ok"]
            assert await demo.stop() == 0
    assert before - datetime.now(UTC) > timedelta(days=6, hours=23)


async def test_a_demo_that_cannot_keep_anything_says_so(tmp_path: Path):
    (tmp_path / ".sayso").write_text("a file")
    code, said = await _ends("demo", "--port", "0", folder=tmp_path)
    assert (code, said.count("\n")) == (2, 0)
    assert f"cannot keep its data in {tmp_path}/.sayso" in said


async def test_resetting_the_demo_leaves_a_real_installation_alone(tmp_path: Path):
    kept = tmp_path / ".sayso"
    kept.mkdir()
    for name in ("sayso.db", "demo.db", "demo.db-wal", "demo.key", "demo.clock"):
        (kept / name).touch()
    make = await asyncio.create_subprocess_exec(
        "make", "-f", str(ROOT / "Makefile"), "demo-reset", cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL
    )
    assert await make.wait() == 0
    assert [path.name for path in kept.iterdir()] == ["sayso.db"]


async def test_every_process_of_the_procfile_starts(tmp_path: Path):
    port = free_port()
    async with world(tmp_path, "http", port=port) as slack:
        lines = [f"SAYSO_{name.upper()}={value}" for name, value in slack.settings.items() if name != "port"]
        env = tmp_path / "env"
        env.write_text(
            "\n".join([*lines, f"SAYSO_DATABASE_URL=sqlite:///{tmp_path}/sayso.db", f"PYTHONPATH={ROOT}"])
        )
        release = await _honcho(env, ["run", "python", "-m", "bot", "db", "upgrade"])
        assert await release.wait() == 0
        running = await _honcho(env, ["start", "-p", str(port), "web", "worker"])
        try:
            assert running.stdout is not None
            seen = ""
            async with asyncio.timeout(30):
                while "worker.started" not in seen or "web.started" not in seen:
                    seen += (await running.stdout.readline()).decode()
            async with slack.http.get(f"http://127.0.0.1:{port}/readyz") as ready:
                assert ready.status == 200
        finally:
            running.terminate()
            await running.communicate()


async def _honcho(env: Path, words: list[str]) -> asyncio.subprocess.Process:
    bin_folder = Path(sys.executable).parent
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "honcho",
        "-d",
        str(ROOT),
        "-e",
        str(env),
        *words,
        cwd=ROOT,
        env={"PATH": f"{bin_folder}:/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
