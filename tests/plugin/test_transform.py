"""The transform: which sentence each row gets, and which positions count."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import init_seed
from shop import spelled

from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.plugin.transform import InstructionTransform

NOTHING_WANTED = {"implicit-none-matching": 1}
WANTED = {"implicit-specific-matching": 1}
# How the templates begin that are held out.
HELD_OUT = ("can you suggest ", "do you know ", "if somebody asked for ", "what other ")


def loaders(config_dict):
    config = Config(model="InstructRec", dataset="shop", config_dict=config_dict)
    init_seed(config["seed"], config["reproducibility"])
    return data_preparation(config, create_dataset(config))


def sentences(loader, batch, field="instruction"):
    return spelled(loader._dataset.tokenizer, batch[field])


def items_of(batch):
    items = torch.nn.functional.pad(batch["item_id_list"], (0, 1))
    items[torch.arange(len(items)), batch["item_length"]] = batch["item_id"]
    return items


def narrowed(constraint):
    """The same range without its limits."""
    if constraint.low is None and constraint.high is None:
        return constraint
    low = None if constraint.low is None else constraint.low + 1e-9
    high = None if constraint.high is None else constraint.high - 1e-9
    return replace(constraint, low=low, high=high)


def test_evaluation_rows_get_the_first_template_of_the_first_language(options):
    _, valid, test = loaders(options())
    for loader in (valid, test):
        batch = next(iter(loader))[0]
        assert set(sentences(loader, batch)) == {"recommend things that suit this person."}


def test_with_the_history_in_the_instruction_its_newest_titles_are_named(options):
    _, _, test = loaders(options(history_in="instruction", max_instruction_history=2))
    batch = next(iter(test))[0]
    first = batch["user_id"].tolist().index(test._dataset.token2id("user_id", "u0"))
    assert sentences(test, batch)[first] == (
        "after tea pot, tea cup, which things should this person try next?"
    )


class OnGpu(torch.Tensor):
    """Has to be brought back before numpy can read it, as a tensor on a GPU."""

    def cpu(self):
        return self.as_subclass(torch.Tensor)

    def numpy(self):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_batch_may_be_on_a_gpu(options, part):
    """RecBole's quick start counts FLOPs with a batch that is there already."""
    dataset = loaders(options())[part]._dataset
    rows = dataset[torch.arange(3)]
    for field in rows.interaction:
        rows.interaction[field] = rows[field].as_subclass(OnGpu)
    batch = InstructionTransform(dataset.config)(dataset, rows)
    assert batch["instruction"].shape[0] == 3


def test_without_intentions_every_real_position_counts(options):
    train, _, _ = loaders(options(scenario_weights=NOTHING_WANTED))
    for batch in train:
        assert torch.equal(batch["counted"], items_of(batch) > 0)
        assert batch["demanded"].all()


def test_what_an_intention_asks_for_comes_with_it(options):
    """The sentence is read back, and what it demands is compared with what the batch says."""
    train, _, _ = loaders(options(scenario_weights=WANTED, languages=["en"], chatter_share=0.0))
    dataset = train._dataset
    decoder = InstructionDecoder(dataset.catalogue, dataset.writer.languages)
    unknown = dataset.catalogue.item_of_token["i12"]
    compared = 0
    for batch in train:
        for row, sentence in enumerate(sentences(train, batch)):
            constraints = list(decoder.decode(sentence).constraints)
            if " popular " in sentence:
                constraints.append(dataset.catalogue.extreme("popularity", "popular"))
            allowed = torch.from_numpy(dataset.catalogue.mask(constraints))
            # "over 12" leaves 12 out, and is read as a limit that does not.
            inside = torch.from_numpy(dataset.catalogue.mask(map(narrowed, constraints)))
            # An item without attributes can only be wished for in no words.
            assert constraints or (items_of(batch)[row] == unknown).any(), sentence
            counted, items = batch["counted"][row], items_of(batch)[row]
            demanded = batch["demanded"][row]
            assert (counted & demanded[items]).any()
            assert not (demanded & ~allowed)[1:].any(), sentence
            assert not (inside & ~demanded)[1:].any(), sentence
            compared += 1
    assert compared == len(dataset)


def test_the_same_instruction_comes_without_what_it_asks_for(options):
    train, _, _ = loaders(options(scenario_weights=WANTED, languages=["en"]))
    for batch in train:
        for sentence, demanded in zip(
            sentences(train, batch, "unasked"), batch["demanded"], strict=True
        ):
            anything = demanded.all()
            assert sentence == ("" if anything else "recommend things that suit this person.")


def test_where_an_item_is_asked_about_it_stands_for_the_target(options):
    given = options(scenario_weights={"implicit-none-pointwise": 1}, languages=["en"])
    train, _, _ = loaders(given)
    dataset = train._dataset
    yes, no = dataset.tokenizer.telling("Yes.", "No.")
    rights = set()
    for batch in train:
        for row, sentence in enumerate(sentences(train, batch)):
            item, user = int(batch["item_id"][row]), int(batch["user_id"][row])
            if not sentence.endswith("yes or no."):
                continue  # nothing was found that this person had not chosen
            assert f" {dataset.catalogue.titles[item].lower()}? " in sentence
            assert not batch["counted"][row].any()
            right = batch["verdict"][row].tolist()
            assert right == ([yes, no] if item in dataset.chosen[user] else [no, yes])
            rights.add(right[0])
    assert rights == {yes, no}


def test_elsewhere_nothing_is_asked_about_an_item(options):
    train, _, _ = loaders(options())
    assert all((batch["verdict"] == -1).all() for batch in train)


def test_in_the_papers_form_only_the_target_counts(options):
    train, _, _ = loaders(options(history_in="instruction"))
    for batch in train:
        assert torch.equal(batch["counted"].sum(1), torch.ones(len(batch), dtype=torch.int64))
        counted = items_of(batch)[batch["counted"]]
        assert torch.equal(counted, batch["item_id"])


def test_a_seed_gives_the_same_sentences_and_epochs_differ(options):
    epochs = []
    for _ in range(2):
        train, _, _ = loaders(options(shuffle=False))
        epochs.append([[sentences(train, batch) for batch in train] for _ in range(2)])
    assert epochs[0] == epochs[1]
    assert epochs[0][0] != epochs[0][1]


def test_workers_draw_differently_from_each_other(options):
    train, _, _ = loaders(options(worker=2, train_batch_size=10, scenario_weights=WANTED))
    drawn = [sentences(train, batch) for batch in train]
    assert len({tuple(batch) for batch in drawn}) == len(drawn)


def test_held_out_templates_are_never_drawn(options):
    train, _, _ = loaders(options())
    seen = {sentence for _ in range(5) for batch in train for sentence in sentences(train, batch)}
    assert not any(sentence.startswith(HELD_OUT) for sentence in seen)


@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_a_leaking_evaluation_intention_is_the_same_in_every_batch_size(options, batch_size):
    _, _, test = loaders(options(eval_intention="specific", eval_batch_size=batch_size))
    _, _, whole = loaders(options(eval_intention="specific"))
    small = [sentence for batch in test for sentence in sentences(test, batch[0])]
    assert small == sentences(whole, next(iter(whole))[0])


@pytest.mark.parametrize(
    ("changes", "opening"),
    [
        (
            {"eval_preference": "explicit"},
            ("this person has chosen ", "recommend things that suit"),
        ),
        ({"eval_language": "zh"}, ("推荐一些适合这个人的东西",)),
        ({"eval_templates": "held_out"}, ("what other things would this person pick?",)),
        (
            {"eval_intention": "specific", "eval_templates": "held_out"},
            HELD_OUT,
        ),
        ({"eval_intention": "vague"}, ("recommend ",)),
    ],
)  # fmt: skip
def test_an_evaluation_says_what_its_options_name(options, changes, opening):
    _, _, test = loaders(options(MAX_ITEM_LIST_LENGTH=12, **changes))
    found = sentences(test, next(iter(test))[0])
    assert all(sentence.replace(" ", "").startswith(tuple(o.replace(" ", "") for o in opening))
               for sentence in found), found  # fmt: skip


def test_seen_templates_are_drawn_and_no_held_out_one_is_among_them(options):
    _, _, test = loaders(options(eval_templates="seen"))
    found = set(sentences(test, next(iter(test))[0]))
    assert len(found) == 3
    assert "what other things would this person pick?" not in found


@pytest.mark.parametrize(("preference", "left"), [("implicit", True), ("none", False)])
def test_without_a_preference_an_evaluation_has_no_history(options, preference, left):
    _, _, test = loaders(options(eval_preference=preference))
    assert bool(next(iter(test))[0]["item_id_list"].any()) == left


def test_a_described_history_is_taken_out_of_its_row(options):
    """What is left of a row begins where the description ends."""
    weights = {"explicit-none-matching": 1}
    given = options(scenario_weights=weights, MAX_ITEM_LIST_LENGTH=12, languages=["en"])
    train, _, _ = loaders(given)
    described = 0
    for batch in train:
        for row, sentence in enumerate(sentences(train, batch)):
            length = int(batch["item_length"][row])
            items = items_of(batch)[row]
            assert (items[: length + 1] > 0).all()
            assert not items[length + 1 :].any()
            assert torch.equal(batch["counted"][row], items > 0)
            described += "mostly" in sentence or "many" in sentence or "some " in sentence
    assert described > 5
