// Where keys, values and q records lie (docs/numerics.md, 10.3 and 10.4).
#ifndef OFPGA_KV_HPP
#define OFPGA_KV_HPP

#include "ofpga_flow.hpp"

namespace ofpga {

constexpr int SPLIT_MAX = 16;  // token chunks of a head in a KV block, at most
constexpr int EXPONENT_WORDS = (2 * PAGE_TOKENS * HEAD_BLOCKS + BYTES - 1) / BYTES;  // of a chunk, at most

static_assert(PAGE_TOKENS % SPLIT_MAX == 0, "a KV block must split evenly into the most chunks");

// The chunks of a layer: chunk u = head * split + s holds tokens [s tokens, (s + 1) tokens) of a block, on port u mod
// PORTS at slot u div PORTS.
struct KvLayout {
  int head_blocks;
  int split_log2;
  int split;
  int tokens;          // of a chunk
  int slots;           // chunks of a block on a port
  int exponent_words;  // of a chunk
  int mantissa_words;  // of a chunk's keys, and again of its values
  int chunk_words;
};

inline KvLayout kv_layout(int kv_heads, int head_blocks) {
#pragma HLS inline
  KvLayout k;
  k.head_blocks = head_blocks;
  k.split_log2 = 0;
SPLIT:
  for (int s = 1; (1 << s) <= SPLIT_MAX; ++s) {
#pragma HLS unroll
    if ((kv_heads << s) <= PORTS) k.split_log2 = s;
  }
  k.split = 1 << k.split_log2;
  k.tokens = PAGE_TOKENS >> k.split_log2;
  k.slots = ceil_div(kv_heads << k.split_log2, PORTS);
  k.exponent_words = ceil_div(2 * k.tokens * head_blocks, BYTES);
  k.mantissa_words = ceil_div(k.tokens * head_blocks * BLOCK, BYTES);
  k.chunk_words = k.exponent_words + 2 * k.mantissa_words;
  return k;
}

// Words of a row's q record.
inline int q_record_words(int q_heads, int head_blocks) {
#pragma HLS inline
  return ceil_div(q_heads * head_blocks * (BLOCK + 1), BYTES);
}

}  // namespace ofpga

#endif  // OFPGA_KV_HPP
