"""`sayso keys`: the keys that seal what people write."""

import click

from bot.commands.line import command, configured, main, words


@main.group(help=words("cli").keys)
def keys() -> None:
    pass


@keys.command("new", help=words("cli").keys_new)
def keys_new() -> None:
    from bot.storage.vault import new_master_key

    click.echo(new_master_key())


@command(keys, "rotate")
@click.option("--check", is_flag=True, help=words("cli").keys_check)
async def keys_rotate(check: bool) -> int:
    from bot.keeping import Keys
    from bot.running import visited

    async with visited(configured()) as coach:
        kept = Keys(coach, click.echo)
        return await (kept.check() if check else kept.rotate())
