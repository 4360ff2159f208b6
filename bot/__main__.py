"""Run `python -m bot`: the same as `vedette`."""

from bot.cli import main

if __name__ == "__main__":
    main()
