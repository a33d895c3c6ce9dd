// The card size that the kernels are compiled for: -DOFPGA_SIZE=csim | sim | kv260 | u250 | u280
// (contract/openfpga.toml).
//
// Everything but PORTS comes from the contract's generated struct. PORTS is also a macro, because the arguments of
// the kernels' top functions are repeated by the preprocessor; the static_assert keeps both equal.
#ifndef OFPGA_SIZE_HPP
#define OFPGA_SIZE_HPP

#include "ofpga_contract.hpp"

#ifndef OFPGA_SIZE
#define OFPGA_SIZE csim
#endif

#define OFPGA_PORTS_csim 1
#define OFPGA_PORTS_sim 2
#define OFPGA_PORTS_kv260 1
#define OFPGA_PORTS_u250 4
#define OFPGA_PORTS_u280 32

#define OFPGA_PASTE_(a, b) a##b
#define OFPGA_PASTE(a, b) OFPGA_PASTE_(a, b)
#define OFPGA_PORTS OFPGA_PASTE(OFPGA_PORTS_, OFPGA_SIZE)

namespace ofpga {

using Size = OFPGA_PASTE(size_, OFPGA_SIZE);

constexpr int PORTS = Size::ports;
constexpr int ROWS = Size::rows;
constexpr int K_BLOCKS = Size::k_blocks;
constexpr int HEAD_BLOCKS = Size::head_blocks;
constexpr int CONTEXT = Size::context;

// Queries that share one pass over keys and values (rows of a segment x query heads of a group, in sub-groups). More
// of them read the cache less often and take more multipliers on every port.
constexpr int LANES = PORTS > 8 ? 2 : ROWS > 16 ? 8 : 4;

static_assert(PORTS == OFPGA_PORTS, "OFPGA_PORTS_<size> must repeat the contract's number of ports");
static_assert(Size::port_bits == 8 * WORD_BYTES, "the kernels' memory ports are one word wide");
static_assert(K_BLOCKS <= K_BLOCKS_MAX, "the accumulator widths are proven for K_BLOCKS_MAX blocks at most");
static_assert(HEAD_BLOCKS <= HEAD_BLOCKS_MAX, "the score width is proven for HEAD_BLOCKS_MAX blocks at most");
static_assert(CONTEXT <= CONTEXT_MAX, "the attention sums are proven for CONTEXT_MAX tokens at most");
static_assert(CONTEXT % PAGE_TOKENS == 0, "the context must be a whole number of KV blocks");
static_assert((PORTS & (PORTS - 1)) == 0, "the split of a head over ports divides a power of two of ports");
static_assert(ROWS >= 1 && ROWS < 65536, "rows are a 16-bit field");

}  // namespace ofpga

#endif  // OFPGA_SIZE_HPP
