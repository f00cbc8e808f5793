"""Which checks of the conformance suite hold for which kind of channel: one table, each exemption with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channels.contract import Capabilities

HUB_PREFIX = "check_hub_"
SELF_TEST_PREFIX = "check_self_test_"


@dataclass(frozen=True, slots=True)
class Exemption:
    """Checks that make no sense for some channels; what holds instead is checked under names of its own."""

    concerns: Callable[[Capabilities], bool]
    reason: str
    checks: frozenset[str]


EXEMPTIONS = (
    Exemption(
        lambda can: can.carried_by_hub,
        "no provider is in between that could be busy, refuse or fall silent; see check_hub_send_…",
        frozenset(
            {
                "check_accepted_send_names_its_provider_id",
                "check_busy_provider_is_temporary",
                "check_unreachable_provider_is_temporary",
                "check_refusal_is_permanent_with_words",
                "check_broken_provider_is_ambiguous",
                "check_silence_after_taking_is_ambiguous_and_found",
            }
        ),
    ),
    Exemption(
        lambda can: can.carried_by_hub,
        "what the hub committed is what the customer gets: see check_hub_look_up_says_what_send_said",
        frozenset({"check_look_up_of_what_never_arrived_is_none", "check_look_up_does_not_take_an_equal_text_for_it"}),
    ),
    Exemption(
        lambda can: can.carried_by_hub,
        "there are no books but the hub's own log: see check_hub_has_no_other_books",
        frozenset({"check_reconcile_finds_a_lost_message", "check_reconcile_reports_on_what_was_sent"}),
    ),
    Exemption(
        lambda can: can.carried_by_hub,
        "a browser reports what it has shown; what it has not is not failed, it waits for the next page",
        frozenset({"check_failure_says_why"}),
    ),
    Exemption(
        lambda can: not can.delivery_reports,
        "nothing is reported",
        frozenset({"check_reports_carry_our_reference", "check_tampered_report_is_refused", "check_failure_says_why"}),
    ),
)

_PROVIDER_IN_BETWEEN = "a provider is in between: what the hub says of itself is not asked"


def exemption(check: str, capabilities: Capabilities) -> str:
    """Why this check does not hold a channel with these capabilities; empty if it does."""
    if check.startswith(HUB_PREFIX) and not capabilities.carried_by_hub:
        return _PROVIDER_IN_BETWEEN
    if check.startswith(SELF_TEST_PREFIX) and not capabilities.self_testing:
        return "it offers no test requests"
    for one in EXEMPTIONS:
        if check in one.checks and one.concerns(capabilities):
            return one.reason
    return ""
