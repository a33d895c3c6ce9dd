// Scores and weighted sums of a chunk of up to sixteen tokens on a CPU: the quick build's twins of SCORE_BLOCKS and
// WEIGH_BLOCKS. Tokens lie side by side in g++'s vectors for scores and weights, channels for sums. Not synthesised.
#ifndef OFPGA_ATTENTION_CPU_HPP
#define OFPGA_ATTENTION_CPU_HPP

#include "attention_task.hpp"
#include "ofpga_lanes_cpu.hpp"

#if defined(__AVX512VNNI__) && !defined(OFPGA_PORTABLE)
#include <immintrin.h>
#endif

namespace ofpga {
namespace cpu {

constexpr int HALVES = PAGE_TOKENS / WIDTH;        // vectors of a chunk's tokens
constexpr int BLOCK_VECTORS = BLOCK / WIDTH;       // vectors of a block's channels
constexpr int HEAD_BYTES = HEAD_BLOCKS * BLOCK;    // of a token, at most

static_assert(PAGE_TOKENS % WIDTH == 0, "a chunk's tokens must fill vectors");

// A chunk as it lies in memory, from its exponents or its mantissas on.
struct ChunkBytes {
  const uint8_t *exponents;  // [tokens][head_blocks]
  const uint8_t *mantissas;  // [tokens][head_blocks * 32]
};

// The keys of a chunk in the order that scores take them: four elements of each of sixteen tokens together.
struct KeyBlocks {
  alignas(64) uint8_t key[HEAD_BLOCKS][BLOCK / 4][PAGE_TOKENS][4];  // offset by 128
  Lanes exponent[HEAD_BLOCKS][HALVES];
};

inline void load_keys(const ChunkBytes &chunk, int tokens, int head_blocks, KeyBlocks &out) {
  for (int b = 0; b < head_blocks; ++b) {
    uint8_t exponent[PAGE_TOKENS] = {};
    for (int t = 0; t < tokens; ++t) exponent[t] = chunk.exponents[t * head_blocks + b];
    for (int h = 0; h < HALVES; ++h) out.exponent[b][h] = load_int8(exponent + WIDTH * h);
    for (int g = 0; g < BLOCK / 4; ++g) {
      for (int t = 0; t < tokens; ++t) {
        uint32_t four;
        std::memcpy(&four, chunk.mantissas + (t * head_blocks + b) * BLOCK + 4 * g, sizeof four);
        four ^= 0x80808080u;
        std::memcpy(out.key[b][g][t], &four, sizeof four);
      }
    }
  }
}

// Dot products of a query's block with that of sixteen tokens.
inline void dots(const uint8_t (&key)[BLOCK / 4][PAGE_TOKENS][4], const int8_t (&q)[BLOCK], Lanes (&out)[HALVES]) {
  int sum = 0;
  for (int i = 0; i < BLOCK; ++i) sum += q[i];
  alignas(64) int32_t result[PAGE_TOKENS];
#if defined(__AVX512VNNI__) && !defined(OFPGA_PORTABLE)
  static_assert(PAGE_TOKENS == 16, "sixteen tokens fill a register of 512 bits");
  __m512i acc = _mm512_set1_epi32(-128 * sum);
  for (int g = 0; g < BLOCK / 4; ++g) {
    int32_t four;
    std::memcpy(&four, q + 4 * g, sizeof four);
    acc = _mm512_dpbusd_epi32(acc, _mm512_load_si512(key[g]), _mm512_set1_epi32(four));
  }
  _mm512_store_si512(result, acc);
#else
  for (int t = 0; t < PAGE_TOKENS; ++t) result[t] = -128 * sum;
  for (int g = 0; g < BLOCK / 4; ++g) {
    for (int t = 0; t < PAGE_TOKENS; ++t) {
      for (int i = 0; i < 4; ++i) result[t] += int(key[g][t][i]) * q[4 * g + i];
    }
  }
#endif
  for (int h = 0; h < HALVES; ++h) out[h] = load_int32(result + WIDTH * h);
}

// Which of eight tokens from `position` on lie in [low, high): all bits or none.
inline Lanes seen(uint32_t position, uint32_t low, uint32_t high) {
  const Lanes at = Lanes{0, 1, 2, 3, 4, 5, 6, 7} + int64_t(position);
  return Lanes(at >= all(low)) & Lanes(at < all(high));
}

inline int32_t largest_lane(Lanes x) {
  int64_t most = x[0];
  for (int i = 1; i < WIDTH; ++i) most = x[i] > most ? x[i] : most;
  return int32_t(most);
}

// Scores of one query against a chunk's tokens; the largest of those that it sees.
inline int32_t score_lane(const KeyBlocks &keys, const QueryBlock (&query)[HEAD_BLOCKS], const KvLayout &k,
                          uint32_t position, uint32_t low, uint32_t high, int32_t (&scores)[PAGE_TOKENS]) {
  const uint32_t end = position + uint32_t(k.tokens);
  Lanes peak = all(INT32_MIN);
  Lanes total[HALVES] = {};
  for (int b = 0; b < k.head_blocks; ++b) {
    Lanes dot[HALVES];
    dots(keys.key[b], query[b].q, dot);
    for (int h = 0; h < HALVES; ++h) total[h] += dot[h] << (keys.exponent[b][h] + int64_t(query[b].exponent));
  }
  for (int h = 0; h < HALVES; ++h) {
    const Lanes score = saturated(rounded(total[h], all(FRAC_BITS)));
    store_int32(score, scores + WIDTH * h);
    const Lanes mask = seen(position + uint32_t(WIDTH * h), low, high < end ? high : end);
    peak = greater(peak, mask ? score : all(INT32_MIN));
  }
  return largest_lane(peak);
}

// exp2_weight of ofpga_math.hpp for every lane; 0 <= d < 2^32.
inline Lanes exp2_weights(Lanes d) {
  const Lanes n = d >> 16;
  const Pairs entries = look_up(EXP2, (d >> 8) & 255);
  const Lanes p0 = entries.first - rounded(narrow_product(entries.first - entries.second, d & 255), all(8));
  return n >= 18 ? Lanes{} : rounded(p0, lesser(n, all(18)));
}

// Weights of a chunk's tokens for one query, and their sum.
inline int64_t weigh_lane(const int32_t (&scores)[PAGE_TOKENS], int32_t peak, int tokens, uint32_t position,
                          uint32_t low, uint32_t high, int64_t (&weight)[PAGE_TOKENS]) {
  const uint32_t end = position + uint32_t(tokens);
  Lanes total{};
  for (int h = 0; h < HALVES; ++h) {
    const Lanes mask = seen(position + uint32_t(WIDTH * h), low, high < end ? high : end);
    const Lanes distance = (int64_t(peak) - load_int32(scores + WIDTH * h)) & mask;
    const Lanes p = exp2_weights(distance) & mask;
    std::memcpy(weight + WIDTH * h, &p, sizeof p);
    total += p;
  }
  int64_t sum = 0;
  for (int i = 0; i < WIDTH; ++i) sum += total[i];
  return sum;
}

// A block of a chunk's values, shifted to their place.
using ValueBlock = Lanes[PAGE_TOKENS][BLOCK_VECTORS];

inline void load_values(const ChunkBytes &chunk, int tokens, int head_blocks, int block, ValueBlock &out) {
  for (int t = 0; t < tokens; ++t) {
    const int at = t * head_blocks + block;
    for (int v = 0; v < BLOCK_VECTORS; ++v) {
      out[t][v] = load_int8(chunk.mantissas + at * BLOCK + WIDTH * v) << int64_t(chunk.exponents[at]);
    }
  }
}

// Adds a chunk's weighted values to one query's sums of a block. A weight has 17 bits, a shifted value 28.
inline void add_values(const ValueBlock &values, const int64_t (&weight)[PAGE_TOKENS], int tokens,
                       int64_t (&sum)[BLOCK]) {
  Lanes acc[BLOCK_VECTORS];
  std::memcpy(acc, sum, sizeof acc);
  for (int t = 0; t < tokens; ++t) {
    for (int v = 0; v < BLOCK_VECTORS; ++v) acc[v] += narrow_product(values[t][v], all(weight[t]));
  }
  std::memcpy(sum, acc, sizeof acc);
}

}  // namespace cpu
}  // namespace ofpga

#endif  // OFPGA_ATTENTION_CPU_HPP
