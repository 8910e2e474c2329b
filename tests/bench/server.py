"""The embedded AWS's child process with the bench's recorder in it: ``infra.local.server``,
otherwise unchanged.
"""

from typing import Any

from infra.local import server


def main() -> None:
    """As ``infra.local.server``; the recorder joins once the mends are in place."""
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
