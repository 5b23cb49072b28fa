"""Checks InstructRec's options before anything is loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from recbole_instructrec.instruction.composer import SOURCES
from recbole_instructrec.instruction.scenario import Mixture
from recbole_instructrec.instruction.structure import INTENTIONS, PREFERENCES
from recbole_instructrec.plugin.context import check_context
from recbole_instructrec.plugin.lesson import TRAINED_TASKS
from recbole_instructrec.seq2seq import identifier, scoring

CHOICES = {
    "history_in": ("decoder", "instruction"),
    "eval_preference": PREFERENCES,
    "eval_intention": INTENTIONS,
    "eval_templates": ("first", "seen", "held_out"),
    "intention_source": SOURCES,
    "item_identifier": identifier.KINDS,
    "score_normalization": scoring.NORMALIZATIONS,
    "bfloat16": (True, False, "auto"),
    "item_words": (True, False),
    "item_places": (True, False),
    "repeats": (True, False, "auto"),
}
SHARES = (
    "context_share", "chatter_share", "dropout_prob", "average_decay", "item_id_dropout",
)  # fmt: skip
AT_LEAST_ONE = (
    "max_constraints", "n_candidates", "max_instruction_length", "max_instruction_history",
    "tokenizer_vocab_size", "hidden_size", "inner_size", "n_heads", "n_encoder_layers",
    "n_decoder_layers", "scoring_memory", "MAX_ITEM_LIST_LENGTH", "sentence_batch_size",
)  # fmt: skip
LEAST = dict.fromkeys(AT_LEAST_ONE, 1) | {
    "n_sentences": 0, "code_branching": 2, "position_buckets": 4, "position_max_distance": 1,
}  # fmt: skip
# Where a number stands in what it is written like.
NUMBER = "{number}"
# What RecBole reads without listing it in a property file of its own.
UNLISTED = {
    "model", "dataset", "config_files", "nproc", "world_size", "ip", "port", "offset",
    "local_rank", "encoding", "reg_weight", "token_num_threshold", "tail_ratio",
    "convert_token_to_onehot", "neg_sampling", "training_neg_sample_num", "embedding_size",
}  # fmt: skip


def check_names(given: Mapping[str, Any], known: Collection[str]) -> None:
    """Raises ValueError if an option was given that neither RecBole nor InstructRec reads."""
    for name, value in given.items():
        if name in known or name in UNLISTED:
            continue
        close = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
        meant = f"did you mean {', '.join(close)}? " if close else ""
        raise ValueError(
            f"there is no option {name!r} (given as {value!r}); {meant}"
            f"properties/model/InstructRec.yaml lists InstructRec's options, and RecBole's "
            f"documentation the others"
        )


def check_values(options: Mapping[str, Any]) -> None:
    """Raises ValueError if an option of InstructRec has a value it cannot have."""
    for name, choices in CHOICES.items():
        if options[name] not in choices:
            raise ValueError(f"{name} is {options[name]!r}; choose one of {_listed(choices)}")
    for name, least in LEAST.items():
        value = options[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"{name} is {value!r}; give a whole number of at least {least}")
    for name in SHARES:
        value = options[name]
        if not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ValueError(f"{name} is {value!r}; give a number from 0 to 1")
    rate = options["learning_rate"]
    if not isinstance(rate, (int, float)) or isinstance(rate, bool) or rate <= 0:
        raise ValueError(f"learning_rate is {rate!r}; give a number above 0")
    for name in ("average_decay", "item_id_dropout"):
        if options[name] == 1:
            raise ValueError(f"{name} is 1, and nothing would be learned; give a number below 1")
    _check_scenarios(options["scenario_weights"])
    check_context(options["user_roles"], options["moments"])
    if options["hidden_size"] % options["n_heads"]:
        raise ValueError(
            f"hidden_size {options['hidden_size']} is not a multiple of n_heads "
            f"{options['n_heads']}; change one of them"
        )
    buckets, distance = options["position_buckets"], options["position_max_distance"]
    if distance <= buckets // 2:
        raise ValueError(
            f"position_max_distance is {distance}, and half of the {buckets} position_buckets are "
            f"of one distance each; give more than {buckets // 2}"
        )
    languages = options["languages"]
    if not isinstance(languages, list) or not languages:
        raise ValueError(
            f"languages is {languages!r}; give a list of codes, e.g. [en, zh], as a flag "
            f"\"--languages=['en','zh']\""
        )
    if options["eval_language"] not in (None, *languages):
        raise ValueError(
            f"eval_language is {options['eval_language']!r}; choose one of {', '.join(languages)}"
        )
    knowledge = _as_list(options["knowledge"])
    if not all(isinstance(name, str) and "[" not in name for name in knowledge):
        raise ValueError(
            f"knowledge is {options['knowledge']!r}; give auto, or a list of names of files "
            f"knowledge/<name>.yaml, [] for none, as a flag \"--knowledge=['films']\""
        )
    _check_wording(options["item_noun"], options["item_units"])
    metric, _, k = str(options["valid_metric"]).partition("@")
    if metric.lower() not in {name.lower() for name in _as_list(options["metrics"])} or (
        k and k not in map(str, _as_list(options["topk"]))
    ):
        raise ValueError(
            f"valid_metric is {options['valid_metric']!r}, which is not computed: metrics is "
            f"{options['metrics']!r} and topk {options['topk']!r}; set valid_metric to one of these"
        )


def _check_wording(nouns: Any, units: Any) -> None:
    if not _by_name(nouns, str):
        raise ValueError(
            f"item_noun is {nouns!r}; give what the items are called by language, e.g. "
            f"{{en: books, zh: 书}}"
        )
    units = {} if units is None else units
    if not _by_name(units, Mapping) or not all(_by_name(one, str) for one in units.values()):
        raise ValueError(
            f"item_units is {units!r}; give by role and language how a number is written, e.g. "
            f"{{length: {{en: '{NUMBER} pages'}}}}"
        )
    for role, patterns in units.items():
        for code, pattern in patterns.items():
            if NUMBER not in pattern:
                raise ValueError(
                    f"item_units['{role}']['{code}'] is {pattern!r}, which does not say where the "
                    f"number stands; put {NUMBER} there, e.g. '{NUMBER} {pattern}'"
                )


def _by_name(value: Any, kind: type) -> bool:
    """Whether an option is left out, or a mapping from names to something of a kind."""
    return value is None or (
        isinstance(value, Mapping) and all(isinstance(one, kind) for one in value.values())
    )


def _check_scenarios(weights: Any) -> None:
    if not isinstance(weights, Mapping):
        raise ValueError(
            f"scenario_weights is {weights!r}; give scenarios with weights, e.g. "
            f"{{implicit-none-matching: 1}}"
        )
    for scenario in Mixture(weights).weights:
        if scenario.task not in TRAINED_TASKS:
            raise ValueError(
                f"scenario_weights has {scenario.name}, which is answered in words and not by an "
                f"item: it can be exported, and not trained; the tasks to train are "
                f"{', '.join(TRAINED_TASKS)}"
            )


def _listed(choices: Collection[Any]) -> str:
    return ", ".join(map(str, choices))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
