"""What the names of labels mean to whoever reads them: several labels, or by themselves none."""

from __future__ import annotations

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.phrases import phrases
from recbole_instructrec.instruction.structure import Constraint


class LabelSenses:
    """Reads the names by which a language calls a catalogue's labels.

    Labels may share a name, 女声. The name of a rare one, or of one that is an ordinary word, is
    not taken for it unless the sentence says that it is a label: "tagged love".

    Args:
        language: Names the labels.
        catalogue: Has them.
    """

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        meanings: dict[str, Token] = {}
        for phrase, token in phrases(language, catalogue):
            meanings.setdefault(key(phrase), token)
        # By role and label the labels that its name means; none where it is not among them.
        self._meant = {
            role: {
                name: _among(name, role, meanings.get(key(language.name_of_label(name))))
                for name in labels.names
            }
            for role, labels in catalogue.labels.items()
        }

    def doubtful(self, constraint: Constraint) -> bool:
        """Whether a constraint has a label that its name by itself does not mean."""
        meant = self._meant.get(constraint.role)
        return meant is not None and not all(map(meant.get, constraint.labels))

    def read(self, constraint: Constraint) -> tuple[Constraint, ...]:
        """A constraint on labels as its words are read: on all that go by the same names."""
        role, relation = constraint.role, constraint.relation
        if role not in self._meant or self.doubtful(constraint):
            return (constraint,)
        meant = self._meant[role]
        labels = tuple(dict.fromkeys(one for label in constraint.labels for one in meant[label]))
        if relation == "is_not":
            return tuple(Constraint(role, relation, label=label) for label in labels)
        if len(labels) == 1:
            return (constraint,)
        return (Constraint(role, "is_any", label=labels),)


def _among(label: str, role: str, token: Token | None) -> tuple[str, ...]:
    """The labels of a role that a token means, if this one is among them."""
    if token is None or token.kind != "label":
        return ()
    labels = tuple(one.label for one in token.constraints if one.role == role)
    return labels if label in labels else ()
