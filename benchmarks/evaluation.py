"""How long RecBole's full-ranking evaluation takes, against stock SASRec of the same width.

    python benchmarks/evaluation.py --dataset=ml-1m --data-path=FOLDER

Both are evaluated by RecBole's own trainer on the test part (leave-one-out, all items ranked for
every user, RecBole's default batch), in turn in one run. Weights are untrained: time does not
depend on them. Both have width 64 and two layers that read the history.
"""

from __future__ import annotations

import torch
from measuring import arguments, record, seconds

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# isort: split
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed

WIDTH = {"hidden_size": 64, "inner_size": 256, "n_heads": 2}
SASREC = {"train_neg_sample_args": None, "n_layers": 2, **WIDTH}
LOADED = {
    "ml-1m": {"inter": ["user_id", "item_id", "timestamp"]},
    "ml-100k": {"inter": ["user_id", "item_id", "rating", "timestamp"]},
}


def main() -> None:
    options = arguments(__doc__, dataset="ml-1m", data_path="")
    dataset = "ml-100k" if options.quick else options.dataset
    given = {"show_progress": False, "load_col": LOADED[dataset]}
    evaluations = {"SASRec": evaluation("SASRec", dataset, options, {**SASREC, **given})}
    given = {"show_progress": False, **WIDTH}
    evaluations["InstructRec"] = evaluation("InstructRec", dataset, options, given)
    spent = seconds(evaluations, options.repetitions)
    row = {
        "dataset": dataset, "users": evaluations["SASRec"].users,
        "SASRec, s": spent["SASRec"], "InstructRec, s": spent["InstructRec"],
        "InstructRec / SASRec": spent["InstructRec"] / spent["SASRec"],
    }  # fmt: skip
    record("evaluation", options, [row])


class evaluation:
    """Evaluates an untrained model on the test part when called."""

    def __init__(self, model: str, dataset: str, options, given: dict) -> None:
        if options.data_path and dataset != "ml-100k":
            given = {**given, "data_path": options.data_path}
        config = Config(model=model, dataset=dataset, config_dict=given)
        init_seed(config["seed"], config["reproducibility"])
        torch.set_num_threads(options.threads)
        train, _, self.test = data_preparation(config, create_dataset(config))
        instance = get_model(model)(config, train._dataset).to(config["device"])
        self.trainer = get_trainer(config["MODEL_TYPE"], model)(config, instance)
        self.trainer.eval_collector.data_collect(train)
        self.users = len(self.test._dataset)

    def __call__(self) -> None:
        self.trainer.evaluate(self.test, load_best_model=False)


if __name__ == "__main__":
    main()
