"""A model small enough to make in a second and to run on any CPU: byte-level BPE, and a Llama of random weights.

It proves nothing before it is trained. It is there so that everything with a model in it (batching, servers, training, the loop of all of
them) can be run and tested without a GPU or a download, and as the start of experiments in little.
"""

from collections.abc import Sequence
from pathlib import Path

from prover.proof.proposal import PolicyFault

END = "<|end|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}[{{ message['role'] }}]\n{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]\n{% endif %}"
)


def build_tiny(
    folder: Path, texts: Sequence[str], *, vocabulary: int = 1_024, layers: int = 2, width: int = 128, context: int = 2_048, seed: int = 0
) -> int:
    """Trains the tokenizer on the texts and saves it with a randomly initialised model, as transformers and vLLM load them.

    Args:
        vocabulary: at most so many tokens; few or short texts give fewer.
        width: of the hidden states; a multiple of 32, the width of a head.

    Returns:
        The number of parameters.

    Raises:
        PolicyFault: torch or transformers is not installed.
    """
    try:
        import torch
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
        from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    except ImportError as error:
        raise PolicyFault(f"making a model needs torch and transformers ({error}): pip install 'stepwise-prover[models]'") from error
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[END], initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    saved = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END, model_max_length=context)
    saved.chat_template = CHAT_TEMPLATE
    heads = width // 32
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=1,  # as few as large models have in proportion, which keeps the cache small
        max_position_embeddings=context,
        bos_token_id=None,
        eos_token_id=saved.eos_token_id,
        pad_token_id=saved.pad_token_id,
        tie_word_embeddings=False,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    saved.save_pretrained(folder)
    return int(model.num_parameters())
