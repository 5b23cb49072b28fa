"""The exact top-k by best-first search, against transformers' constrained beam search.

    instructrec run --dataset=ml-100k --item_identifier=title --score_normalization=vocabulary \
        --MAX_ITEM_LIST_LENGTH=10 --epochs=4 --eval_step=4 --checkpoint_dir=FOLDER
    python benchmarks/best_first.py --checkpoint=FOLDER/InstructRec-....pth

The model writes titles of ml-100k and ranks them by its own likelihood, which is what ``generate``
computes. Each of some requests, with an instruction of 200 tokens and a history of 10 items, asks
for recommendations, one request at a time, in one run:

* ``ours``: ``search.top_k``, exact, with its proof checked.
* ``beam``: ``generate`` with ``prefix_allowed_tokens_fn`` over the same titles, as many beams as
  items asked for, the copy marks as end tokens and no length penalty. ``recall`` is the share of
  the true top-k that it finds.

Two models of the default size: the checkpoint, if one is given, its instructions repeated to 200
tokens; and one with random weights, whose logits have the spread of trained ones (``--spread``, a
standard deviation). How peaked a distribution is decides how many nodes have to be opened: of one
that knows nothing any proof needs a sixth of the tree, so the trained one is the figure to quote.

``nodes needed`` are those that any proof needs, ``opened`` those that were; ``of the limit`` is the
share of the machine's speed for one large matrix product at which the multiplications are done that
these need.
"""

from __future__ import annotations

from unittest import mock

import multiplications
import torch
import torch.nn.functional as F
from measuring import (
    arguments,
    matrix_product,
    of_the_limit,
    plot,
    record,
    seconds,
    untrained,
)
from transformers import DynamicCache, EncoderDecoderCache, GenerationConfig

from recbole_instructrec import Recommender

# isort: split
from recbole.config import Config
from recbole.data import create_dataset

from recbole_instructrec.seq2seq import search
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.search import top_k

SENTENCES = (
    "Recommend films that suit this person.",
    "Recommend science fiction films.",
    "推荐一些适合这个人的电影。",
)
N_INSTRUCTION = 200
N_HISTORY = 10
Requests = list[tuple[torch.Tensor, torch.Tensor]]


def main() -> None:
    options = arguments(__doc__, checkpoint="", requests=24, spread=2.5)
    n = 4 if options.quick else options.requests
    models = {}
    if options.checkpoint:
        models["trained"] = trained(options.checkpoint, n)
    models["random"] = random(options.spread, n)
    rows = []
    for name, (scorer, requests) in models.items():
        for k in (1, 10, 50):
            rows.append({"model": name, **measure(scorer, requests, k, options)})
            print(rows[-1])
    record("best_first", options, rows)
    if not options.quick:
        panels = {
            "times faster than beam": "times faster than beam search",
            "beam's recall of the true top-k": "its recall of the true top-k",
            "nodes opened": "nodes opened",
        }
        plot("best_first", rows, "k", panels, ["model"])


def trained(checkpoint: str, n: int) -> tuple[Scorer, Requests]:
    recommender = Recommender.load(checkpoint)
    sentences = recommender.tokenizer.encode([SENTENCES[i % len(SENTENCES)] for i in range(n)])
    histories = [items[-N_HISTORY:] for items in list(recommender.histories.of_users.values())[:n]]
    requests = []
    for ids, history in zip(sentences, histories, strict=True):
        ids = ids[ids.ne(recommender.tokenizer.pad_id)]
        ids = ids.repeat(1 + N_INSTRUCTION // len(ids))[-N_INSTRUCTION:]
        requests.append((ids[None], torch.tensor([history])))
    return recommender.scorer, requests


def random(spread: float, n: int) -> tuple[Scorer, Requests]:
    options = {"show_progress": False}
    dataset = create_dataset(Config(model="InstructRec", dataset="ml-100k", config_dict=options))
    catalogue = dataset.catalogue
    identifiers = Identifiers(
        "title", catalogue.titles, catalogue.tokens, dataset.tokenizer, dataset.text_vocab_size
    )
    scorer = Scorer(untrained("default", identifiers.vocab_size, spread), identifiers, "vocabulary")
    requests = [
        (torch.randint(3, 900, (1, N_INSTRUCTION)), torch.randint(1, 1000, (1, N_HISTORY)))
        for _ in range(n)
    ]
    return scorer.eval(), requests


@torch.no_grad()
def measure(scorer: Scorer, requests: Requests, k: int, options) -> dict[str, object]:
    beam = Beam(scorer)
    ours = [top_k(scorer, *request, k)[0] for request in requests]
    assert all(one.best_unopened <= one.scores[-1] for one in ours)
    theirs = [beam.items(*request, k) for request in requests]
    recall = [
        len(set(one.items.tolist()) & set(other)) / k
        for one, other in zip(ours, theirs, strict=True)
    ]
    error = max(
        float((scorer.score(*request)[0].topk(k).values - one.scores).abs().max())
        for one, request in zip(ours, requests, strict=True)
    )
    tasks = {
        "ours": lambda: [top_k(scorer, *request, k) for request in requests],
        "beam": lambda: [beam.items(*request, k) for request in requests],
        "product": matrix_product,
    }
    spent = seconds(tasks, 1 if options.quick else options.repetitions)
    opened = sum(one.n_opened for one in ours) / len(ours)
    needed = [n_needed(scorer, *request, k) for request in requests]
    must = sum(
        least_multiplications(scorer, *request, n)
        for request, n in zip(requests, needed, strict=True)
    )
    return {
        "k": k, "ours, ms": 1000 * spent["ours"] / len(requests),
        "times faster than beam": spent["beam"] / spent["ours"],
        "beam's recall of the true top-k": sum(recall) / len(recall),
        "nodes opened": opened, "nodes needed": sum(needed) / len(needed),
        "of inner nodes": opened / int((scorer.known_item < 0).sum()),
        "of the limit": of_the_limit(must, spent["ours"], spent["product"]), "error": error,
    }  # fmt: skip


def n_needed(scorer: Scorer, instruction: torch.Tensor, history: torch.Tensor, k: int) -> int:
    """Nodes that any proof of the top-k has to open: what is opened one after the other."""
    with mock.patch.multiple(search, FEWEST_OPENED_AT_ONCE=1, MOST_OPENED_AT_ONCE=1):
        return top_k(scorer, instruction, history, k)[0].n_opened


def least_multiplications(
    scorer: Scorer, instruction: torch.Tensor, history: torch.Tensor, n_nodes: int
) -> int:
    config, identifiers = scorer.backbone.model.config, scorer.identifiers
    n_history = int(identifiers.length[history].sum()) + 1
    n = instruction.shape[1]
    return (
        multiplications.encoder(config, n)
        + multiplications.decoder(config, n, n_history, n_nodes - 1)
        + multiplications.logits(config, n_nodes * identifiers.vocab_size)
    )


class Beam:
    """transformers' beam search over the titles of a catalogue."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        tree = scorer.identifiers.tree
        self.item_of: dict[tuple[int, ...], int] = {}
        self.allowed: dict[tuple[int, ...], list[int]] = {}
        start = 0
        for length in tree.path_length.tolist():
            nodes = tree.path_nodes[start : start + length]
            path = tuple(tree.token[nodes].tolist())
            self.item_of[path] = int(tree.item[nodes[-1]])
            start += length
        for path in self.item_of:
            for step, token in enumerate(path):
                following = self.allowed.setdefault(path[:step], [])
                if token not in following:
                    following.append(token)
        self.marks = sorted({path[-1] for path in self.item_of})
        self.longest = max(map(len, self.item_of))

    def items(self, instruction: torch.Tensor, history: torch.Tensor, k: int) -> list[int]:
        """The items that it finds, best first."""
        backbone = self.scorer.backbone
        past, _, _ = self.scorer.identifiers.spell(history)
        begun = F.pad(past, (1, 0), value=backbone.start_id)
        n = begun.shape[1]

        def allowed(_: int, sentence: torch.Tensor) -> list[int]:
            # A finished beam is padded; whatever is allowed there is ignored.
            return self.allowed.get(tuple(sentence[n:].tolist()), [backbone.pad_id])

        answers = backbone.model.generate(
            input_ids=instruction,
            decoder_input_ids=begun,
            prefix_allowed_tokens_fn=allowed,
            generation_config=GenerationConfig(
                num_beams=k, num_return_sequences=k, max_new_tokens=self.longest,
                eos_token_id=self.marks, pad_token_id=backbone.pad_id, do_sample=False,
                decoder_start_token_id=backbone.start_id,
                **({"length_penalty": 0.0} if k > 1 else {}),
            ),
            # generate() makes one for as many layers as the encoder has, which is too few here.
            **{backbone.cache_name: EncoderDecoderCache(DynamicCache(), DynamicCache())},
        )  # fmt: skip
        found = []
        for answer in answers[:, n:].tolist():
            ends = [place for place, token in enumerate(answer) if token in self.marks]
            path = tuple(answer[: ends[0] + 1]) if ends else ()
            found.append(self.item_of.get(path, 0))
        return found


if __name__ == "__main__":
    main()
