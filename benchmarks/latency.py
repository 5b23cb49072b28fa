"""Latency and throughput of recommend() for 1, 8 and 64 requests at once.

    instructrec run --dataset=ml-100k --checkpoint_dir=FOLDER
    python benchmarks/latency.py --checkpoint=FOLDER/InstructRec-....pth

Each request is a sentence of a user with a history of their own: understood, worded, encoded,
scored over all items exactly, and answered with the ten best. ``one by one`` answers the same
requests in as many calls.
"""

from __future__ import annotations

from measuring import arguments, record, seconds

from recbole_instructrec import Recommender

SENTENCES = (
    "recommend some recent science fiction",
    "a funny film from the 80s, no romance",
    "推荐一些最近上映的科幻电影",
    "something scary, but not too old",
    "90年代的喜剧，不要爱情片",
    "westerns",
    "a documentary or a musical, released after 1990",
    "给我推荐三部经典的战争片",
)


def main() -> None:
    options = arguments(__doc__, checkpoint="")
    recommender = Recommender.load(options.checkpoint)
    users = list(recommender.histories.of_users)
    rows = []
    for n in (1, 8, 64):
        sentences = [SENTENCES[i % len(SENTENCES)] for i in range(n)]
        chosen = [users[i % len(users)] for i in range(n)]
        tasks = {
            "at once": lambda s=sentences, u=chosen: recommender.recommend(s, user=u),
            "one by one": lambda s=sentences, u=chosen: [
                recommender.recommend(sentence, user=user)
                for sentence, user in zip(s, u, strict=True)
            ],
        }
        spent = seconds(tasks, 3 if options.quick else 20)
        rows.append(
            {
                "requests at once": n, "latency, ms": 1000 * spent["at once"],
                "requests a second": n / spent["at once"],
                "times faster than one by one": spent["one by one"] / spent["at once"],
            }
        )  # fmt: skip
    record("latency", options, rows)


if __name__ == "__main__":
    main()
