"""What is measured, in the order of the table. Each entry runs in a process of its own, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Final

from bench.context import Context
from bench.result import Row

Bench = Callable[[Context], list[Row]]


@dataclass(frozen=True, slots=True)
class Entry:
    """`target` is `module:function`, imported only by the process that runs it; `mib` is its size, if it has one."""

    name: str
    target: str
    mib: int | None = None
    in_quick: bool = True

    def load(self) -> Bench:
        module, function = self.target.split(":")
        found = getattr(import_module(f"bench.{module}"), function)
        bench: Bench = found if self.mib is None else partial(found, mib=self.mib)
        return bench


ENTRIES: Final = (
    Entry("osci-build-1", "osci_large:build", 1),
    Entry("osci-read-1", "osci_large:read", 1),
    Entry("osci-build-50", "osci_large:build", 50),
    Entry("osci-read-50", "osci_large:read", 50),
    Entry("osci-build-200", "osci_large:build", 200, in_quick=False),
    Entry("osci-read-200", "osci_large:read", 200, in_quick=False),
    Entry("osci-small", "osci_small:small"),
    Entry("xjustiz", "xjustiz_bench:documents"),
    Entry("preflight", "preflight:preflight"),
    Entry("signing", "signing:signatures"),
    Entry("signing-token", "signing_token:signatures"),
    Entry("signing-large", "signing_large:pades", 100),
    Entry("validation", "validation:validation"),
    Entry("blobs", "blobs:put"),
    Entry("jobs", "jobs:jobs"),
    Entry("verify", "proof:verify"),
)


def entry(name: str) -> Entry:
    """Raises KeyError."""
    return {one.name: one for one in ENTRIES}[name]
