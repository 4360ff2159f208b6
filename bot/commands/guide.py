"""`help`: what can be asked, and how."""

from adapters.conversation import Block, CommandCall, Reply
from bot.commands.answers import did_you_mean, paragraph, said, strong, table
from bot.commands.command import Arguments, Command, Desk, Refused


async def answer_help(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """List the commands, or explain one."""
    if arguments.words:
        return _explain(find_command(desk, arguments.words[0]))
    rows = [(command.usage, command.description) for command in desk.commands]
    return Reply(
        (table("Commands", "Command|What it does", rows), paragraph("help COMMAND explains one and shows an example.")),
        data=[_as_json(command) for command in desk.commands],
    )


def find_command(desk: Desk, word: str) -> Command:
    """Find a command by its name, in any case and with or without a slash. Raises Refused."""
    name = word.casefold().lstrip("/")
    for command in desk.commands:
        if command.name == name:
            return command
    near = did_you_mean(name, [command.name for command in desk.commands])
    raise Refused(f"There is no command “{said(word)}”.", near or "help lists the commands.")


def _explain(command: Command) -> Reply:
    options = [(f"{option.name}={option.placeholder}", option.description) for option in command.options]
    blocks: list[Block] = [paragraph(strong(command.usage)), paragraph(command.description)]
    if options:
        blocks.append(table("", "Option|Meaning", options))
    return Reply((*blocks, paragraph("Example: ", strong(command.example))), data=_as_json(command))


def _as_json(command: Command) -> dict[str, object]:
    options = [{"name": o.name, "placeholder": o.placeholder, "description": o.description} for o in command.options]
    return {
        "name": command.name,
        "usage": command.usage,
        "description": command.description,
        "example": command.example,
        "options": options,
    }
