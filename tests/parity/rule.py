# SPDX-License-Identifier: MIT
"""What is replaced in, or left out of, a program's trace."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
	"""replacement None: lines that match are left out; else what matches is replaced."""
	pattern: str
	replacement: str | None
	reason: str
