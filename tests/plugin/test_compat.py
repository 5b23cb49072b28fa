"""Every repair by name: what RecBole gets, and that nothing is touched where it is not needed."""

import importlib.util
import itertools
import pickle
import re
import socket
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import recbole.quick_start
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.data.dataset import Dataset
from recbole.quick_start import load_data_and_model, objective_function, quick_start
from recbole.trainer import HyperTuning, Trainer
from recbole.utils import get_model, init_seed
from scipy.sparse import dok_matrix

from recbole_instructrec.plugin import compat

PANDAS_3 = int(pd.__version__.split(".")[0]) >= 3
HAS_RAY = importlib.util.find_spec("ray") is not None
REPAIRED = {
    (Dataset, "_load_feat"): PANDAS_3,
    (Dataset, "_fill_nan"): PANDAS_3,
    (Dataset, "_remap"): PANDAS_3,
    (Dataset, "_normalize"): PANDAS_3,
    (Dataset, "_discretization"): PANDAS_3,
    (Dataset, "_dataframe_to_interaction"): PANDAS_3,
    (Trainer, "evaluate"): True,
    (Trainer, "resume_checkpoint"): True,
    (quick_start, "load_data_and_model"): True,
}

INTER = """user_id:token\titem_id:token\trating:float\ttimestamp:float
ann\tapple\t5\t1
ann\tpear\t\t2
ann\tplum\t1\t3
bob\tpear\t2\t1
bob\tplum\t4\t2
bob\tapple\t3\t3
cat\tplum\t5\t1
cat\tapple\t\t2
cat\tpear\t1\t3
dan\tfig\t3\t1
dan\tapple\t3\t2
dan\tpear\t3\t3
"""
USER = """user_id:token\tage:float\tjob:token
ann\t20\tclerk
bob\t\t
cat\t40\tnurse
dan\t\t
"""
ITEM = """item_id:token\ttitle:token_seq\tvector:float_seq\tprice:float
apple\tred apple\t0.5 1.5\t2
pear\t\t\t
plum\tplum\t2.5\t4
fig\t\t\t
"""


@pytest.fixture(autouse=True)
def fruit(own_place, tmp_path):
    """Four people, four fruits and missing cells of every kind: data in the working folder."""
    (tmp_path / "fruit").mkdir()
    for suffix, text in (("inter", INTER), ("user", USER), ("item", ITEM)):
        (tmp_path / "fruit" / f"fruit.{suffix}").write_text(text)


def settings(**options):
    return {
        "data_path": ".",
        "load_col": None,
        "epochs": 1,
        "embedding_size": 4,
        "eval_args": {"split": {"LS": "valid_and_test"}, "order": "TO", "group_by": "user"},
        "topk": [2],
        "valid_metric": "NDCG@2",
        "use_gpu": False,
        "show_progress": False,
        "state": "WARNING",
        **options,
    }


def load(**options):
    return create_dataset(Config(model="BPR", dataset="fruit", config_dict=settings(**options)))


def trained():
    """A BPR model, its trainer and its test data, after an epoch and a saved checkpoint."""
    config = Config(model="BPR", dataset="fruit", config_dict=settings())
    init_seed(1, True)
    train, valid, test = data_preparation(config, create_dataset(config))
    trainer = Trainer(config, get_model("BPR")(config, train._dataset))
    trainer.fit(train, valid, verbose=False)
    return trainer, test


@pytest.mark.parametrize(("owner", "name"), REPAIRED, ids=lambda part: str(part).split(".")[-1])
def test_only_what_breaks_here_is_repaired(owner, name):
    assert hasattr(getattr(owner, name), "repaired") == REPAIRED[owner, name]


def test_each_repair_may_be_called_twice():
    before = {key: getattr(*key) for key in REPAIRED}
    compat.before_import()
    compat.after_import()
    assert {key: getattr(*key) for key in REPAIRED} == before
    assert quick_start.run_recboles is compat.run_recboles
    assert quick_start.run_recboles.__wrapped__.__module__ == "recbole.quick_start.quick_start"


class TestBeforeImport:
    def test_says_how_to_install_recbole(self, monkeypatch):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(ImportError, match="pip install --no-deps recbole==1.2.1"):
            compat.before_import()


class TestNumpyAliases:
    def test_every_numpy_name_in_recboles_source_exists(self):
        sources = Path(recbole.__file__).parent.rglob("*.py")
        names = {
            name
            for source in sources
            for name in re.findall(r"\bnp\.(\w+)\b(?!\s*=[^=])", source.read_text(encoding="utf-8"))
        }
        assert {"float_", "float", "long", "array"} <= names
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert [name for name in sorted(names) if not hasattr(np, name)] == []

    def test_every_alias_is_used_by_recbole(self):
        sources = Path(recbole.__file__).parent.rglob("*.py")
        text = "".join(source.read_text(encoding="utf-8") for source in sources)
        assert [a for a in compat._NUMPY_ALIASES if not re.search(rf"\bnp\.{a}\b", text)] == []

    def test_puts_a_missing_name_back(self, monkeypatch):
        monkeypatch.delattr(np, "float_")
        compat.numpy_aliases()
        assert np.float_ is np.float64

    def test_leaves_a_name_of_numpys_own(self, monkeypatch):
        monkeypatch.setattr(np, "float_", "numpy's own")
        compat.numpy_aliases()
        assert np.float_ == "numpy's own"


class TestRayStandIn:
    @pytest.fixture
    def before_recbole(self, monkeypatch):
        """As if neither RecBole nor ray had been imported."""
        for name in list(sys.modules):
            if name.split(".")[0] == "ray" or name == "recbole.quick_start.quick_start":
                monkeypatch.delitem(sys.modules, name)

    def test_recbole_holds_ray_where_there_is_one_and_the_stand_in_elsewhere(self):
        assert (quick_start.tune is compat._RAY.tune) == (not HAS_RAY)

    def test_nobody_else_is_told_that_ray_is_here(self):
        assert sys.modules.get("ray") is not compat._RAY
        assert (importlib.util.find_spec("ray") is not None) == HAS_RAY

    def test_reports_nowhere_and_goes_away(self, before_recbole, monkeypatch, caplog):
        monkeypatch.setitem(sys.modules, "ray", None)  # Python's way to say: not importable
        compat.ray_stand_in()
        from ray import tune

        assert tune.report(ndcg=0.5) is None
        assert importlib.util.find_spec("ray").name == "ray"
        compat.remove_ray_stand_in()
        assert "ray" not in sys.modules and "ray.tune" not in sys.modules
        assert caplog.records == []

    def test_takes_the_place_of_a_ray_that_does_not_import(
        self, before_recbole, monkeypatch, tmp_path, caplog
    ):
        (tmp_path / "ray" / "tune").mkdir(parents=True)
        (tmp_path / "ray" / "__init__.py").touch()
        (tmp_path / "ray" / "tune" / "__init__.py").write_text("import pkg_resources_is_gone")
        monkeypatch.syspath_prepend(tmp_path)
        compat.ray_stand_in()
        from ray import tune

        assert tune.report(ndcg=0.5) is None
        assert "setuptools<81" in caplog.text and "pkg_resources_is_gone" in caplog.text
        compat.remove_ray_stand_in()

    def test_leaves_a_ray_that_imports(self, before_recbole, monkeypatch, tmp_path):
        (tmp_path / "ray" / "tune").mkdir(parents=True)
        (tmp_path / "ray" / "__init__.py").touch()
        (tmp_path / "ray" / "tune" / "__init__.py").write_text("report = print")
        monkeypatch.syspath_prepend(tmp_path)
        compat.ray_stand_in()
        compat.remove_ray_stand_in()
        assert sys.modules["ray.tune"].report is print
        for name in ("ray", "ray.tune"):
            del sys.modules[name]


class TestDokMatrixUpdate:
    def test_fills_a_matrix_as_lightgcn_does(self):
        matrix = dok_matrix((2, 3), dtype=np.float32)
        matrix._update({(0, 1): 1, (1, 2): 1})
        assert matrix.toarray().tolist() == [[0, 1, 0], [0, 0, 1]]

    def test_leaves_scipys_own(self, monkeypatch):
        monkeypatch.setattr(dok_matrix, "_update", "scipy's own", raising=False)
        compat.dok_matrix_update()
        assert dok_matrix._update == "scipy's own"


class Stranger:
    """A class that torch's safe reader does not know, as RecBole's Config."""


class TestLoadCheckpoint:
    def test_reads_tensors_without_running_code(self, caplog):
        torch.save({"state_dict": {"weight": torch.arange(3)}}, "safe.pth")
        assert compat.load_checkpoint("safe.pth")["state_dict"]["weight"].tolist() == [0, 1, 2]
        assert caplog.records == []

    def test_warns_of_a_stock_pickle(self, caplog):
        torch.save({"config": Stranger()}, "stock.pth", pickle_protocol=4)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert isinstance(compat.load_checkpoint("stock.pth")["config"], Stranger)
        assert "stock.pth is a stock RecBole checkpoint" in caplog.text
        assert "run code" in caplog.text

    def test_says_that_a_file_is_missing(self):
        with pytest.raises(FileNotFoundError, match="checkpoint saved/gone.pth does not exist"):
            compat.load_checkpoint("saved/gone.pth")

    @pytest.mark.parametrize("content", [b"", b"a text", pickle.dumps({"a": 1})])
    def test_says_that_a_file_is_no_checkpoint(self, content):
        Path("other.pth").write_bytes(content)
        with pytest.raises(ValueError, match="other.pth is no checkpoint"):
            compat.load_checkpoint("other.pth")

    @pytest.mark.parametrize("kept", [0.2, 0.9, 0.999])
    def test_says_that_a_file_was_cut_short(self, kept):
        torch.save({"weight": torch.zeros(1000)}, "whole.pth")
        content = Path("whole.pth").read_bytes()
        Path("cut.pth").write_bytes(content[: int(kept * len(content))])
        with pytest.raises(ValueError, match="cut.pth is no checkpoint or was cut short"):
            compat.load_checkpoint("cut.pth")

    def test_says_that_a_file_is_damaged(self):
        with zipfile.ZipFile("odd.pth", "w") as file:
            file.writestr("notes.txt", "not what torch writes")
        with pytest.raises(ValueError, match="odd.pth cannot be read .*train again"):
            compat.load_checkpoint("odd.pth")

    def test_brings_a_gpus_checkpoint_to_a_machine_without_one(self, monkeypatch):
        config = Config(model="BPR", dataset="fruit", config_dict=settings())
        config["device"] = torch.device("cuda")
        with monkeypatch.context() as on_a_gpu:
            on_a_gpu.setattr(torch.serialization, "location_tag", lambda storage: "cuda:0")
            torch.save({"config": config, "weight": torch.ones(2)}, "gpu.pth")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        checkpoint = compat.load_checkpoint("gpu.pth")
        assert checkpoint["weight"].device.type == "cpu"
        assert checkpoint["config"]["device"] == torch.device("cpu")


class TestCheckpointReload:
    def test_evaluates_the_best_model(self):
        trainer, test = trained()
        now = trainer.evaluate(test, load_best_model=False)
        torch.nn.init.zeros_(trainer.model.item_embedding.weight)
        assert trainer.evaluate(test, load_best_model=True) == now
        assert trainer.model.item_embedding.weight.abs().sum() > 0

    def test_resumes(self):
        trainer, _ = trained()
        file = trainer.saved_model_file
        trainer.start_epoch = 0
        trainer.resume_checkpoint(file)
        assert trainer.start_epoch == 1

    def test_loads_data_and_model(self):
        trainer, _ = trained()
        config, model, dataset, *_ = load_data_and_model(trainer.saved_model_file)
        assert config["model"] == "BPR" and dataset.item_num == 5
        assert torch.equal(model.item_embedding.weight, trainer.model.item_embedding.weight)
        assert recbole.quick_start.load_data_and_model is quick_start.load_data_and_model

    def test_states_the_file_that_is_missing(self):
        trainer, test = trained()
        with pytest.raises(FileNotFoundError, match="gone.pth does not exist"):
            trainer.evaluate(test, model_file="gone.pth")

    def test_gives_torch_load_back_even_after_an_error(self):
        before = torch.load
        with pytest.raises(FileNotFoundError):
            load_data_and_model("gone.pth")
        assert torch.load is before

    def test_leaves_calls_that_are_not_recboles(self):
        torch.save(Stranger(), "stock.pth")
        with compat._reloading(), pytest.raises(pickle.UnpicklingError):
            torch.load("stock.pth", weights_only=True)


def cells(feat, field):
    return [cell.tolist() for cell in feat[field]]


class TestMissingSequences:
    def test_a_missing_sequence_is_empty(self):
        dataset = load()
        apple, pear, plum = dataset.token2id("item_id", ["apple", "pear", "plum"])
        words = dataset.field2id_token["title"]
        title = [[str(words[i]) for i in row] for row in cells(dataset.item_feat, "title")]
        assert (title[apple], title[pear], title[plum]) == (["red", "apple"], [], ["plum"])
        vector = cells(dataset.item_feat, "vector")
        assert (vector[apple], vector[pear], vector[plum]) == ([0.5, 1.5], [], [2.5])

    def test_says_nothing_of_chained_assignment(self):
        if PANDAS_3:
            with warnings.catch_warnings():
                warnings.simplefilter("error", pd.errors.ChainedAssignmentError)
                load()
        assert compat._fills_copies() == PANDAS_3


class TestMissingValues:
    def test_a_missing_token_is_the_padding_and_a_missing_float_the_mean(self):
        dataset = load(normalize_all=False)
        ann, bob, cat = dataset.token2id("user_id", ["ann", "bob", "cat"])
        apple, pear, plum = dataset.token2id("item_id", ["apple", "pear", "plum"])
        assert dataset.user_feat["age"][[0, ann, bob, cat]].tolist() == [30, 20, 30, 40]
        assert dataset.item_feat["price"][[0, apple, pear, plum]].tolist() == [3, 2, 3, 4]
        assert dataset.inter_feat["rating"].tolist() == [5, 3, 1, 2, 4, 3, 5, 3, 1, 3, 3, 3]
        jobs = dataset.field2id_token["job"][dataset.user_feat["job"].astype(int)]
        assert jobs[[0, ann, bob, cat]].tolist() == ["[PAD]", "clerk", "[PAD]", "nurse"]

    def test_what_reaches_the_model_is_finite(self):
        config = Config(model="BPR", dataset="fruit", config_dict=settings())
        train, *_ = data_preparation(config, create_dataset(config))
        for feat in (train._dataset.user_feat, train._dataset.item_feat, train._dataset.inter_feat):
            for field in feat.columns:
                assert torch.isfinite(feat[field]).all(), field
                assert (feat[field] >= 0).all(), field


class TestSequenceLengths:
    def test_float_sequences_are_normalized_over_all_cells(self):
        dataset = load(normalize_all=False, normalize_field=["vector"], numerical_features=[])
        apple, pear, plum = dataset.token2id("item_id", ["apple", "pear", "plum"])
        vector = cells(dataset.item_feat, "vector")
        assert (vector[apple], vector[pear], vector[plum]) == ([0, 0.5], [], [1])

    def test_float_sequences_are_discretized_over_all_cells(self):
        bins = {"vector": {"method": "ED", "bucket": 2}}
        dataset = load(normalize_all=False, numerical_features=["vector"], discretization=bins)
        apple, _, plum = dataset.token2id("item_id", ["apple", "pear", "plum"])
        vector = dataset.item_feat["vector"]
        assert (vector[apple][1].tolist(), vector[plum][1].tolist()) == ([1, 1], [2])

    def test_pandas_is_itself_outside_of_recbole(self):
        before = pd.Series.agg
        load()
        assert pd.Series.agg is before


class TestWritableColumns:
    def test_no_tensor_writes_to_a_read_only_column(self):
        dataset = load()
        users = dataset.inter_feat["user_id"]
        writable = users.values.flags.writeable  # as it was before pandas 3
        tensors = dataset._dataframe_to_interaction(dataset.inter_feat)
        tensors["user_id"][:] = 2
        assert tensors["user_id"].tolist() == [2] * 12
        assert (users.tolist() == [2] * 12) == writable == (not PANDAS_3)


class TestExhaustiveSearch:
    def test_tries_every_combination_once(self):
        tried = []

        def objective(params, files):
            tried.append((params["a"], params["b"]))
            score = params["a"] + params["b"]
            result = {"score": score}
            return {
                "model": "BPR",
                "best_valid_score": score,
                "valid_score_bigger": True,
                "best_valid_result": result,
                "test_result": result,
            }

        tuning = HyperTuning(
            objective, params_dict={"choice": {"a": [1, 2], "b": [10, 20, 30]}}, algo="exhaustive"
        )
        tuning.run()
        assert sorted(tried) == list(itertools.product([1, 2], [10, 20, 30]))
        assert tuning.best_params == {"a": 2, "b": 30}
        assert np.random.RandomState is not compat._RandomState

    def test_trains_outside_of_a_ray_session(self):
        Path("fixed.yaml").write_text(
            "model: BPR\ndataset: fruit\ndata_path: .\nepochs: 1\ntopk: 2\nvalid_metric: NDCG@2\n"
            "use_gpu: False\nstate: WARNING\nshow_progress: False\n"
        )
        Path("space.test").write_text("embedding_size choice [2,4]\n")
        tuning = HyperTuning(
            objective_function, params_file="space.test", fixed_config_file_list=["fixed.yaml"]
        )
        tuning.run()
        assert sorted(tuning.params2result) == ["embedding_size:2", "embedding_size:4"]
        tuning.export_result("result.txt")
        assert "Test result" in Path("result.txt").read_text()


class TestAnomalyDetection:
    @pytest.mark.parametrize("enabled", [False, True])
    def test_is_as_it_was_after_recbole_has_looked_a_model_up(self, enabled):
        sys.modules.pop("recbole.model.sequential_recommender.sine", None)  # turns it on
        with torch.autograd.set_detect_anomaly(enabled):
            Config(model="SINE", dataset="fruit", config_dict=settings())
            assert "recbole.model.sequential_recommender.sine" in sys.modules
            assert torch.is_anomaly_enabled() == enabled


def free_port():
    with socket.socket() as server:
        server.bind(("localhost", 0))
        return server.getsockname()[1]


class TestSeveralProcesses:
    @pytest.fixture(autouse=True)
    def without_cuda(self, monkeypatch):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # for the children
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    @pytest.fixture
    def worker(self):
        """The configuration of the only process of a group."""
        group = {"local_rank": 0, "nproc": 1, "world_size": 1, "offset": 0}
        address = {"ip": "localhost", "port": free_port()}
        yield Config(model="BPR", dataset="fruit", config_dict=settings(**group, **address))
        torch.distributed.destroy_process_group()

    def test_a_worker_computes_on_the_cpu(self, worker):
        assert worker["device"] == torch.device("cpu")
        assert torch.distributed.get_backend() == "gloo"

    def test_a_worker_finds_the_folders_that_all_workers_write_to(self, worker):
        assert Path("log/BPR").is_dir() and Path("saved").is_dir()

    def test_a_worker_trains_a_distributed_model(self, worker):
        train, valid, test = data_preparation(worker, create_dataset(worker))
        trainer = Trainer(worker, get_model("BPR")(worker, train._dataset))
        assert trainer.distributed_model.device_ids is None
        trainer.fit(train, valid, verbose=False)
        assert 0 <= trainer.evaluate(test)["ndcg@2"] <= 1

    def test_the_first_worker_names_the_checkpoint(self, worker, monkeypatch):
        def first_says(names, src):
            assert src == 0
            names[0] = "saved/first.pth"

        monkeypatch.setattr(torch.distributed, "broadcast_object_list", first_says)
        train, *_ = data_preparation(worker, create_dataset(worker))
        trainer = Trainer(worker, get_model("BPR")(worker, train._dataset))
        assert trainer.saved_model_file == "saved/first.pth"

    def test_a_gpu_for_each_process_is_asked_for_only_where_there_are_gpus(self, monkeypatch):
        class Group(Exception):
            pass

        def group(backend, **options):
            raise Group(backend)

        monkeypatch.setattr(torch.distributed, "init_process_group", group)
        two = {"local_rank": 1, "nproc": 2, "world_size": 2, "offset": 0, "ip": "x", "port": 1}
        with pytest.raises(Group, match="gloo"):
            Config(model="BPR", dataset="fruit", config_dict=settings(**two))
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        with pytest.raises(AssertionError):
            Config(model="BPR", dataset="fruit", config_dict=settings(**two))
        with pytest.raises(Group, match="nccl"):
            Config(model="BPR", dataset="fruit", config_dict=settings(**two, gpu_id="0,1"))

    def test_a_single_process_is_left_alone(self):
        config = Config(model="BPR", dataset="fruit", config_dict=settings())
        assert config["single_spec"] and config["gpu_id"] == "0"

    def test_the_worker_is_found_in_this_package(self):
        assert b"recbole_instructrec" in pickle.dumps(quick_start.run_recboles)
        assert recbole.quick_start.run_recboles is quick_start.run_recboles

    def test_two_processes_train_and_reload_one_checkpoint(self):
        result = recbole.quick_start.run(
            model="BPR", dataset="fruit", nproc=2, port=free_port(), config_dict=settings()
        )
        assert 0 <= result["test_result"]["ndcg@2"] <= 1
        assert len(list(Path("saved").glob("BPR-*.pth"))) == 1
