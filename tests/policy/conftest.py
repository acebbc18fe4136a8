"""A tiny trained model for the whole session, made when a test first asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a model that ends its texts."""
    import torch

    from tests.policy.tiny_model import trained_tiny

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # several threads wait for one another on a busy machine, and gain nothing on a model of this size
    folder = tmp_path_factory.mktemp("models") / "tiny"
    trained_tiny(folder)
    yield folder
    torch.set_num_threads(threads)
