"""A request inside the engine: what was asked, and the state of each of its choices."""

from __future__ import annotations

from collections.abc import Mapping

from openfpga_host.grammar import Grammar
from openfpga_host.kv_blocks import BlockTable
from openfpga_host.sampler import TokenSampler, draw_seed
from openfpga_host.sampling import SamplingParams
from openfpga_host.sequence import SequenceState
from openfpga_host.step_loop import Work
from openfpga_host.text_stream import TextStream


class Request(Work):
    """What the token loop keeps of a request.

    budget: tokens a choice may generate. stop_ids: tokens that end one. grammar: what each has to follow.
    shown: control tokens whose name shows in the text. choices: the unfinished ones the scheduler knows.
    """

    def __init__(
        self,
        prompt: list[int],
        params: SamplingParams,
        budget: int,
        stop_ids: frozenset[int],
        grammar: Grammar | None = None,
        shown: Mapping[int, str] | None = None,
        account: str = "",
        weight: int = 1,
    ) -> None:
        super().__init__(account, weight)
        self.prompt = prompt
        self.params = params
        self.budget = budget
        self.stop_ids = stop_ids
        self.grammar = grammar
        self.shown = shown
        self.seed = draw_seed() if params.seed is None else params.seed
        self.choices: list[Choice] = []


class Choice(SequenceState):
    """One of the n sequences of a request: the state of its sampler, its text and its place in a grammar.

    All of these follow the tokens, not what the KV cache holds: a preemption does not touch them.
    """

    __slots__ = ("generated", "index", "matcher", "request", "sampler", "text")

    def __init__(
        self, request: Request, index: int, rank: tuple[int, int], table: BlockTable, text: TextStream
    ) -> None:
        super().__init__(rank, request.prompt[:], table, request.account, request.weight)
        self.request = request
        self.index = index
        self.generated = 0
        self.sampler = TokenSampler(request.params, request.seed, index, request.prompt)
        self.text = text
        self.matcher = None if request.grammar is None else request.grammar.matcher()
