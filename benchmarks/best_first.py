"""The exact top-k by best-first search, against transformers' constrained beam search.

    instructrec run --dataset=ml-100k --item_identifier=title --score_normalization=vocabulary \
        --MAX_ITEM_LIST_LENGTH=10 --epochs=4 --eval_step=4 --checkpoint_dir=FOLDER
    python benchmarks/best_first.py --checkpoint=FOLDER/InstructRec-....pth

The model writes titles and ranks them by its own likelihood, which is what ``generate`` computes.
Each of some users asks for recommendations, one request at a time, in one run:

* ``ours``: ``search.top_k``, exact, with its proof checked.
* ``beam``: ``generate`` with ``prefix_allowed_tokens_fn`` over the same titles, as many beams as
  items asked for, the copy marks as end tokens and no length penalty. ``recall`` is the share of
  the true top-k that it finds.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from measuring import arguments, record, seconds
from transformers import DynamicCache, EncoderDecoderCache, GenerationConfig

from recbole_instructrec import Recommender
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.search import top_k

SENTENCES = (
    "Recommend films that suit this person.",
    "Recommend science fiction films.",
    "推荐一些适合这个人的电影。",
)
N_HISTORY = 10


def main() -> None:
    options = arguments(__doc__, checkpoint="", requests=24)
    n = 6 if options.quick else options.requests
    scorer, requests = trained(options.checkpoint, n)
    rows = [measure(scorer, requests, k, options) for k in (1, 10, 50)]
    record("best_first", options, rows)


def trained(checkpoint: str, n: int) -> tuple[Scorer, list[tuple[torch.Tensor, torch.Tensor]]]:
    recommender = Recommender.load(checkpoint)
    sentences = recommender.tokenizer.encode([SENTENCES[i % len(SENTENCES)] for i in range(n)])
    histories = [items[-N_HISTORY:] for items in list(recommender.histories.of_users.values())[:n]]
    requests = [
        (sentence[sentence.ne(recommender.tokenizer.pad_id)], torch.tensor(history))
        for sentence, history in zip(sentences, histories, strict=True)
    ]
    return recommender.scorer, requests


@torch.no_grad()
def measure(scorer, requests, k: int, options) -> dict[str, object]:
    beam = Beam(scorer)
    ours = [top_k(scorer, *request, k) for request in requests]
    assert all(one.best_unopened <= one.scores[-1] for one in ours)
    theirs = [beam.items(*request, k) for request in requests]
    recall = [
        len(set(one.items.tolist()) & set(other)) / k
        for one, other in zip(ours, theirs, strict=True)
    ]
    error = max(
        float((scorer.score(ids[None], past[None])[0].topk(k).values - one.scores).abs().max())
        for one, (ids, past) in zip(ours, requests, strict=True)
    )
    tasks = {
        "ours": lambda: [top_k(scorer, *request, k) for request in requests],
        "beam": lambda: [beam.items(*request, k) for request in requests],
    }
    spent = seconds(tasks, 1 if options.quick else options.repetitions)
    opened = sum(one.n_opened for one in ours) / len(ours)
    return {
        "k": k, "ours, ms": 1000 * spent["ours"] / len(requests),
        "times faster than beam": spent["beam"] / spent["ours"],
        "beam's recall of the true top-k": sum(recall) / len(recall),
        "nodes opened": opened, "of inner nodes": opened / int((scorer.known_item < 0).sum()),
        "error": error,
    }  # fmt: skip


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
        past, _, _ = self.scorer.identifiers.spell(history[None])
        begun = F.pad(past, (1, 0), value=backbone.start_id)
        n = begun.shape[1]

        def allowed(_: int, sentence: torch.Tensor) -> list[int]:
            # A finished beam is padded; whatever is allowed there is ignored.
            return self.allowed.get(tuple(sentence[n:].tolist()), [backbone.pad_id])

        answers = backbone.model.generate(
            input_ids=instruction[None],
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
