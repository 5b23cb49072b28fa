"""Which scenarios a dataset and a language can give in training."""

from __future__ import annotations

import logging
from dataclasses import replace

from recbole_instructrec.instruction.composer import Composer
from recbole_instructrec.instruction.scenario import Mixture, Scenario


def available(mixture: Mixture, composer: Composer, in_decoder: bool) -> dict[str, Mixture]:
    """By language, the mixture without the scenarios that cannot be made.

    Each reason is told once in the log, with the scenarios left out for it.

    Args:
        in_decoder: Whether a history stands in the decoder, so that no sentence names it.

    Raises:
        ValueError: If a language is left without any scenario.
    """
    mixtures = {}
    for code in composer.writer.languages:
        reasons: dict[str, list[Scenario]] = {}
        for scenario in mixture.weights:
            reason = composer.lacking(worded(scenario, in_decoder), code)
            if reason:
                reasons.setdefault(reason, []).append(scenario)
        for reason, scenarios in reasons.items():
            logging.getLogger().warning(
                f"no {', '.join(one.name for one in scenarios)} in {code}: {reason}"
            )
        dropped = {one for scenarios in reasons.values() for one in scenarios}
        try:
            mixtures[code] = mixture.without(dropped)
        except ValueError as error:
            raise ValueError(
                f"scenario_weights leaves nothing to train on in {code}: {'; '.join(reasons)}; "
                f"give a weight to implicit-none-matching"
            ) from error
    return mixtures


def worded(scenario: Scenario, in_decoder: bool) -> Scenario:
    """The scenario as its sentence has it: a history in the decoder is not named."""
    if in_decoder and scenario.preference == "implicit":
        return replace(scenario, preference="none")
    return scenario
