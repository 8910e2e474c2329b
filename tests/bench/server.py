"""``infra.local.emulator.server`` with the bench's recorder in it, otherwise unchanged."""

from typing import Any

from infra.local.emulator import server


def main() -> None:
    """As ``infra.local.emulator.server``; the recorder joins once the patches are applied."""
    make_pages = server._pages

    def pages(*options: Any) -> Any:
        from tests.bench import (
            recorder,  # names the emulator, which reads its settings while it is imported
        )

        made = make_pages(*options)
        recorder.install(made)
        return made

    server._pages = pages
    server.main()


if __name__ == "__main__":
    main()
