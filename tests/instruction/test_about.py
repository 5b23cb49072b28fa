"""What items are about is asked for where the words around say so, and persons by their last
names."""

from __future__ import annotations

import pytest
from films import film_catalogue

from recbole_instructrec.catalogue import Labels
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

ABOUT = {1: ["puppets", "road trips"], 3: ["road trips"], 4: ["the mob", "crime"], 17: ["puppies"]}
DIRECTORS = {
    3: ["Joel Coen"], 4: ["Francis Ford Coppola"], 5: ["Michael Mann"], 8: ["Robert Black"],
}  # fmt: skip
ACTORS = {4: ["Al Pacino"], 5: ["Al Pacino", "Val Kilmer"], 19: ["Chris Tucker"], 6: ["Sandy Dog"]}


@pytest.fixture(scope="module")
def decoder(languages) -> InstructionDecoder:
    films = film_catalogue()
    roles = {"about": ABOUT, "director": DIRECTORS, "actor": ACTORS}
    known = films.with_labels(
        {
            role: Labels.of([labels.get(item, []) for item in range(len(films))])
            for role, labels in roles.items()
        }
    )
    return InstructionDecoder(known, languages, {"en": "films", "zh": "电影"})


def about(label: str, relation: str = "is") -> C:
    return C("about", relation, label=label)


PUPPIES, PUPPETS = about("puppies"), about("puppets")
EITHER = about(("puppies", "puppets"), "is_any")
COMEDY = C("category", "is", label="Comedy")


@pytest.mark.parametrize(
    ("sentence", "demanded", "rest"),
    [
        # What says so may stand behind
        ("puppet-themed films", [PUPPETS], ""),
        ("films related to puppies", [PUPPIES], ""),
        ("puppies related comedies", [PUPPIES, COMEDY], ""),
        ("films about puppets", [PUPPETS], ""),
        ("something with puppets", [PUPPETS], ""),
        ("about a puppet", [PUPPETS], ""),
        ("I'm in the mood for a puppet movie", [PUPPETS], ""),
        ("puppet films", [PUPPETS], ""),
        ("a puppet comedy", [PUPPETS, COMEDY], ""),
        ("road trip films", [about("road trips")], ""),
        ("puppets, please", [PUPPETS], ""),
        ("puppets please", [PUPPETS], ""),
        ("I love puppets", [PUPPETS], ""),
        ("a puppet with Kilmer", [PUPPETS, C("actor", "is", label="Val Kilmer")], ""),
        ("puppets without romance", [PUPPETS, C("category", "is_not", label="Romance")], ""),
        ("about puppies or puppets", [EITHER], ""),
        ("puppies or puppets", [EITHER], ""),
        ("about puppies and puppets", [EITHER], ""),
        # No item is about both.
        ("about the mob and a puppy", [about(("the mob", "puppies"), "is_any")], ""),
        ("no puppets", [about("puppets", "is_not")], ""),
        ("nothing about puppets", [about("puppets", "is_not")], ""),
        ("films, not about puppets", [about("puppets", "is_not")], ""),
        ("set in the mob with puppets", [about("the mob"), PUPPETS], ""),
        # A label is what it is, and not what something is about.
        ("crime films", [C("category", "is", label="Crime")], ""),
        ("about crime", [C("category", "is", label="Crime")], ""),
        ("not about crime", [C("category", "is_not", label="Crime")], ""),
        # Elsewhere it is a word, and says something of the person.
        ("I'm in the mob", [], "mob"),
        ("a film to watch while my puppy sleeps", [], "puppy sleeps"),
        ("my puppies want a comedy", [COMEDY], "puppies"),
    ],
)
def test_what_items_are_about(decoder, sentence, demanded, rest):
    read = decoder.decode(sentence, "en")
    assert list(read.constraints) == demanded
    assert read.rest == rest


def person(role: str, *labels: str) -> list[C]:
    if len(labels) == 1:
        return [C(role, "is", label=labels[0])]
    return [C(role, "is_any", label=labels)]


def no(role: str, label: str) -> C:
    return C(role, "is_not", label=label)


PACINO = person("actor", "Al Pacino")
COPPOLA = person("director", "Francis Ford Coppola")


@pytest.mark.parametrize(
    ("sentence", "demanded"),
    [
        ("films with Pacino", PACINO),
        ("pacino films", PACINO),
        ("Some Pacino", PACINO),
        ("Pacino, please", PACINO),
        ("Pacino's films", PACINO),
        ("i like pacino", PACINO),
        ("i love pacino", PACINO),
        ("Al Pacino's best films", PACINO),
        ("I love Coppola and Mann", person("director", "Francis Ford Coppola", "Michael Mann")),
        ("films with Al Pacino and Val Kilmer", [*PACINO, *person("actor", "Val Kilmer")]),
        ("films with Pacino and Tucker", person("actor", "Al Pacino", "Chris Tucker")),
        ("Pacino, Tucker", person("actor", "Al Pacino", "Chris Tucker")),
        ("Coppola or Kilmer films", [C.any_of([*person("director", "Francis Ford Coppola"),
                                               *person("actor", "Val Kilmer")])]),
        ("I love Coppola and Kilmer", [C.any_of([*person("director", "Francis Ford Coppola"),
                                                 *person("actor", "Val Kilmer")])]),
        ("like Coppola's The Godfather", []),
        ("like The Godfather by Coppola", []),
        ("I hated Coppola's The Godfather", []),
        ("like Fargo by Coppola", person("director", "Francis Ford Coppola")),
        # Who made a title that is named beside what is asked for
        ("something by Coppola other than The Godfather", COPPOLA),
        ("films by Coppola that aren't The Godfather", COPPOLA),
        ("something by Coppola like The Godfather", COPPOLA),
        # Under a negation
        ("films that aren't by Coppola", [no("director", "Francis Ford Coppola")]),
        ("comedies that are not by Coppola", [COMEDY, no("director", "Francis Ford Coppola")]),
        ("I've seen all of Coppola's films", [no("director", "Francis Ford Coppola")]),
        ("I've watched every Coppola film", [no("director", "Francis Ford Coppola")]),
        ("I've already seen everything by Coppola", [no("director", "Francis Ford Coppola")]),
        ("I haven't seen all the Coppola films", COPPOLA),
        ("no comedies by Coppola", [C.not_together([COMEDY, *COPPOLA])]),
        ("a tony kilmer film", []),
        ("with black heroes", []),
        ("by black", person("director", "Robert Black")),
        # Somebody else of that name
        ("something with Jim Tucker", []),
        # A word of titles, "My Dog Skip"
        ("some Dog please", []),
        # An ordinary word is no name in lower case, and none where a sentence begins.
        ("something black", []),
        ("Black would be fine", []),
    ],
)
def test_last_names(decoder, sentence, demanded):
    assert list(decoder.decode(sentence, "en").constraints) == demanded
