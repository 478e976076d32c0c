"""Zones and years in which clocks did what no rule of thumb expects; the tests of local time go there."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Trouble:
    """A zone, and the years in which its clocks are trouble."""

    zone: str
    first_year: int
    last_year: int

    @property
    def first(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.last_year, 12, 31)


TROUBLES = (
    Trouble("Pacific/Apia", 2010, 2013),  # no 30 December 2011
    Trouble("Pacific/Fakaofo", 2010, 2013),  # nor there
    Trouble("Pacific/Kiritimati", 1993, 1996),  # no 1 January 1995 by some clocks, no 31 December by others
    Trouble("Pacific/Kanton", 1993, 1996),
    Trouble("Pacific/Kwajalein", 1968, 1971),  # 30 September 1969 came twice
    Trouble("Pacific/Kwajalein", 1992, 1995),  # no 21 August 1993
    Trouble("Asia/Manila", 1843, 1846),  # no 31 December 1844, and seconds in the offset
    Trouble("Asia/Pyongyang", 2014, 2018),  # half an hour back, then forward at 23:30
    Trouble("America/Caracas", 2007, 2010),  # half an hour back
    Trouble("America/Caracas", 2014, 2017),  # and forward
    Trouble("Europe/Istanbul", 2014, 2017),  # late by a day, late by two weeks, then never again
    Trouble("Australia/Lord_Howe", 2024, 2027),  # half an hour of summer time
    Trouble("Antarctica/Troll", 2024, 2027),  # two hours of it
    Trouble("Africa/Casablanca", 2024, 2027),  # back for Ramadan
    Trouble("Africa/El_Aaiun", 2013, 2016),  # summer time with a hole for Ramadan: four changes a year
    Trouble("Africa/Cairo", 2009, 2015),  # the same, and at midnight
    Trouble("Asia/Gaza", 2009, 2012),  # changes at 00:01 and at midnight, one year thrice
    Trouble("Asia/Gaza", 2024, 2027),
    Trouble("America/Nuuk", 2022, 2025),  # new standard time in the night in which summer time was to begin
    Trouble("America/Scoresbysund", 2022, 2025),  # the same, and it changes at midnight
    Trouble("Asia/Almaty", 2023, 2026),  # an hour back on a 1 March
    Trouble("Asia/Beirut", 2024, 2027),  # no midnight when summer time begins
    Trouble("America/Havana", 2024, 2027),  # and none there; it comes twice when it ends
    Trouble("America/Asuncion", 2022, 2025),
    Trouble("Atlantic/Azores", 2024, 2027),
    Trouble("America/St_Johns", 2008, 2011),  # changes at 00:01, with a half-hour offset
    Trouble("Antarctica/Casey", 2016, 2023),  # three hours to and fro
    Trouble("America/Recife", 1999, 2001),  # a single week of summer time
    Trouble("Africa/Juba", 2019, 2022),
    Trouble("Africa/Sao_Tome", 2017, 2020),
    Trouble("America/Metlakatla", 2015, 2019),
    Trouble("Europe/Dublin", 2024, 2027),  # winter time is the exception there
    Trouble("Africa/Monrovia", 1970, 1973),  # 44 minutes and 30 seconds
    Trouble("Asia/Kathmandu", 1984, 1987),
)
