"""Whether an item suits somebody, yes or no: how often the model is right."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import torch
from sklearn.metrics import accuracy_score, roc_auc_score
from torch.nn.utils.rnn import pad_sequence

from recbole_instructrec.evaluation.scenarios import TEMPLATES
from recbole_instructrec.evaluation.trained import Trained
from recbole_instructrec.instruction.scenario import Mixture, Scenario
from recbole_instructrec.instruction.structure import Example, Preference
from recbole_instructrec.instruction.template import NoTemplate


def verdicts(trained: Trained) -> list[dict[str, Any]]:
    """Rows of a table: the yes-or-no scenarios that a model was trained on, in each language, on
    seen and held-out templates; none where there was no such scenario. What a language has no
    words or no templates for is left out.

    Every row of the test part is asked about once: about its target, or about an item drawn
    uniformly from those that the person never chose, each with a probability of a half.
    ``accuracy`` is the share of right answers, ``auc`` that of the pairs of a target and another
    item in which the target is the surer yes; ``auc by popularity`` that in which it was chosen
    more often in training.
    """
    trained_on = trained.test._dataset.mixtures
    asked = [
        (scenario, code)
        for scenario in Mixture(trained.config["scenario_weights"]).weights
        for code, mixture in trained_on.items()
        if scenario.task == "pointwise" and scenario in mixture.weights
    ]
    rows = []
    for (scenario, code), templates in product(asked, TEMPLATES):
        right, odds, chosen = _answered(trained, scenario, code, templates == "held_out")
        if not right:
            continue
        rows.append(
            {
                "scenario": scenario.name, "language": code, "templates": templates,
                "asked": len(right), "accuracy": float(accuracy_score(right, odds > 0)),
                "auc": float(roc_auc_score(right, odds)),
                "auc by popularity": float(roc_auc_score(right, chosen)),
            }
        )  # fmt: skip
    return rows


@torch.no_grad()
def _answered(
    trained: Trained, scenario: Scenario, code: str, held_out: bool
) -> tuple[list[bool], torch.Tensor, list[int]]:
    """What is right, the model's log-odds of yes, float32 [n], and how often the item asked about
    was chosen."""
    dataset, scorer = trained.test._dataset, trained.model.scorer
    in_decoder = trained.config["history_in"] == "decoder"
    answers = torch.tensor(dataset.yes_and_no[code])
    right, odds, chosen = [], [torch.zeros(0)], []
    for start in range(0, len(dataset), trained.config["eval_batch_size"]):
        texts, lists = [], []
        for example, choice in _examples(trained, scenario, code, start):
            instruction, items = example.instruction, []
            if in_decoder and instruction.preference.history:
                items = list(example.known)
                instruction = replace(instruction, preference=Preference())
            try:
                template = dataset.writer.template(instruction, choice, held_out)
            except NoTemplate:
                continue
            texts.append(dataset.writer.write(instruction, choice, template))
            lists.append(torch.tensor([*items, *instruction.task.candidates]))
            right.append(example.answer.yes)
            chosen.append(int(dataset.catalogue.popularity[instruction.task.candidates[0]]))
        if texts:
            given = dataset.tokenizer.encode(texts), pad_sequence(lists, batch_first=True)
            device = trained.model.device
            given = (*given, answers.expand(len(texts), 2))
            odds.append(scorer.odds(*(one.to(device) for one in given)).cpu())
    return right, torch.cat(odds), chosen


def _examples(
    trained: Trained, scenario: Scenario, code: str, start: int
) -> Iterator[tuple[Example, random.Random]]:
    """What is asked about the rows of a batch, and what draws its wording; rows that do not give
    the scenario are left out."""
    dataset = trained.test._dataset
    rows = dataset[torch.arange(start, len(dataset))[: trained.config["eval_batch_size"]]]
    histories = rows[dataset.item_id_list_field].tolist()
    lengths = rows[dataset.item_list_length_field].tolist()
    users, targets = rows[dataset.uid_field].tolist(), rows[dataset.iid_field].tolist()
    for user, target, history, length in zip(users, targets, histories, lengths, strict=True):
        choice = random.Random(f"{scenario.name} {code} {user} {target}")
        example = dataset.composer.example(
            scenario, code, history[:length], target, dataset.chosen[user], {}, choice
        )
        if example is not None:
            yield example, choice
