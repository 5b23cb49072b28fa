"""InstructRec for RecBole: recommendation that understands sentences.

Importing this package attaches the model to RecBole; after that ``run_recbole(model="InstructRec",
dataset=...)`` and everything else of RecBole's works by its own names.
"""

from recbole_instructrec.plugin.threads import wait_briefly

wait_briefly()

from recbole_instructrec.plugin import compat  # noqa: E402

compat.before_import()

from recbole_instructrec.plugin.attach import attach  # noqa: E402

attach()
compat.after_import()

from recbole_instructrec.recommender import Recommender  # noqa: E402

__version__ = "0.1.0"
__all__ = ["Recommender", "__version__"]
