"""What a forecast is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from portal.errors import InputError

if TYPE_CHECKING:
    from portal.analysis.forecasting.calendar_days import Calendar

Frequency = Literal["hour", "day", "week", "month", "quarter", "year"]
SEASONS: dict[str, int] = {"hour": 24, "day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Steps after which a pattern comes again."""
_MOST_STEPS = 1000
_SHORT_CYCLES = 24
_SLOW_DECAY, _FAST_DECAY = 0.95, 0.8


@dataclass(frozen=True)
class Plan:
    """How far, in which steps, with what known beforehand.

    Attributes:
        frequency: step of the series.
        horizon: steps ahead, 1 to 1,000.
        season: steps of one cycle; the usual one of the frequency when not given; 1 for none.
        calendar: what is known of the days, past and future; used where the frequency is "day".
        levels: chances in percent that a value lies within its bounds, ascending.
    """

    frequency: Frequency
    horizon: int
    season: int | None = None
    calendar: Calendar | None = None
    levels: tuple[int, ...] = (80, 95)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InputError: with the field.
        """
        if self.frequency not in get_args(Frequency):
            known = ", ".join(get_args(Frequency))
            raise InputError(f"Frequency: expected one of {known}, found '{self.frequency}'.", field="frequency")
        if not 1 <= self.horizon <= _MOST_STEPS:
            raise InputError(f"Horizon: expected 1 to {_MOST_STEPS} steps, found {self.horizon}.", field="horizon")
        if self.season is not None and not 1 <= self.season <= _MOST_STEPS:
            raise InputError(f"Season: expected 1 to {_MOST_STEPS} steps, found {self.season}.", field="season")
        if list(self.levels) != sorted(set(self.levels)) or not all(0 < level < 100 for level in self.levels):
            raise InputError(f"Levels: expected ascending percentages, found {self.levels}.", field="levels")

    @property
    def cycle(self) -> int:
        """Steps of one cycle."""
        return self.season if self.season is not None else SEASONS[self.frequency]

    @property
    def decay(self) -> float:
        """Weight of a cycle against the one after it: patterns of a day or a week stay longer than those of a year."""
        return _SLOW_DECAY if self.frequency in {"hour", "day"} and self.cycle <= _SHORT_CYCLES else _FAST_DECAY
