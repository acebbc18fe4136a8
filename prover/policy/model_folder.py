"""A model on disk: whether a folder is one, and which."""

import hashlib
from pathlib import Path

from prover.proof.proposal import PolicyFault

WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
NEEDED = (("config.json",), WEIGHTS, ("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json"))


def is_folder_name(model: str) -> bool:
    """Whether a model is named by its place on this machine, not on a hub (`owner/name`)."""
    path = Path(model).expanduser()
    return path.exists() or path.is_absolute() or model.startswith((".", "~")) or len(path.parts) > 2


def check_folder(folder: Path) -> None:
    """Raises:
    PolicyFault: it is no model folder; the message names what is missing.
    """
    if not folder.is_dir():
        raise PolicyFault(f"model {folder}: no such folder")
    for names in NEEDED:
        if not any(file for name in names for file in folder.glob(name)):
            raise PolicyFault(f"model {folder}: this folder is no model, it has no {' or '.join(names[:2])}")


def weights_hash(folder: Path) -> str:
    """SHA-256, 16 hex digits, of everything that decides what the model answers: configuration, tokenizer, weights. Reads all of it."""
    total = hashlib.sha256()
    decisive = {file for pattern in (*WEIGHTS, "*.json", "tokenizer.model", "*.jinja") for file in folder.glob(pattern)}
    for file in sorted(decisive):
        with file.open("rb") as stream:
            total.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()[:16]
