"""Record journals that later releases must fold to the same cases: ``python -m
tests.journals.record [release]``.

A new kind of act needs a story in ``tests/journals/stories.py``; then this writes what is not
recorded yet. What is stays as it was written, for it stands for the data of its time: a release
that changed the rules gets a folder of its own.
"""

import sys

import tests.conftest  # noqa: F401  # the environment that settings need
from tests.journals import recorded, stories

RELEASE = "release-2"


def main(release: str) -> None:
    """Tell every story that the release has no journal of."""
    folder = recorded.FOLDER / release
    folder.mkdir(exist_ok=True)
    for name in stories.STORIES:
        path = folder / f"{name}.json"
        if not path.exists():
            desk = stories.tell(name)
            path.write_text(recorded.dump(desk.entries, desk.case), "utf-8")
            print(path)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else RELEASE)
