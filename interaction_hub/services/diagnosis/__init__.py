"""`interaction-hub doctor`: what stands in the way between a customer and an agent, and what to do about it.

It only looks: it makes no file, writes no row, takes no lock, and sends no message. Secrets never enter a finding.
"""

from interaction_hub.services.diagnosis.doctor import examine
from interaction_hub.services.diagnosis.findings import Case, Finding, Verdict

__all__ = ["Case", "Finding", "Verdict", "examine"]
