"""What a check of the data tells, for views. By itself: whatever checks is not loaded before somebody wants it."""

from desktop.services.verifying import CheckStep, VerifyReport

__all__ = ["CheckStep", "VerifyReport"]
