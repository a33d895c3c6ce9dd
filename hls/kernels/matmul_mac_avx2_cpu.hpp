// The multiply-accumulate of MATMUL with AVX2 (matmul_mac_cpu.hpp chooses). Not synthesised.
#ifndef OFPGA_MATMUL_MAC_AVX2_CPU_HPP
#define OFPGA_MATMUL_MAC_AVX2_CPU_HPP

#include <immintrin.h>

#include <cstring>

#include "ofpga_size.hpp"
#include "ofpga_types.hpp"

namespace ofpga {
namespace cpu {

using Accumulators = int64_t[TILE_CHANNELS];

// The quantised rows of a command: block b of row r of `rows` is at index b * rows + r.
struct Rows {
  alignas(32) int8_t q[K_BLOCKS * ROWS][BLOCK];
  int32_t rel[K_BLOCKS * ROWS];
};

inline void load(Rows &rows, int index, const int8_t (&q)[BLOCK], uint8_t rel) {
  std::memcpy(rows.q[index], q, BLOCK);
  rows.rel[index] = rel;
}

// A K block's codes of the tile's channels, as the multipliers take them: elements 0-15, elements 16-31.
using CodeBlock = __m256i[TILE_CHANNELS][2];

inline void decode_w4(const word_t *words, __m128i book, CodeBlock &out) {
  const __m128i nibble = _mm_set1_epi8(15);
  for (int c = 0; c < TILE_CHANNELS; ++c) {
    const uint8_t *from = words[c / 4].byte + 16 * (c % 4);
    const __m128i pairs = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from));
    const __m128i low = _mm_and_si128(pairs, nibble);
    const __m128i high = _mm_and_si128(_mm_srli_epi16(pairs, 4), nibble);
    out[c][0] = _mm256_cvtepi8_epi16(_mm_shuffle_epi8(book, low));
    out[c][1] = _mm256_cvtepi8_epi16(_mm_shuffle_epi8(book, high));
  }
}

inline void decode_w8(const word_t *words, CodeBlock &out) {
  for (int c = 0; c < TILE_CHANNELS; ++c) {
    const uint8_t *from = words[c / 2].byte + 32 * (c % 2);
    for (int half = 0; half < 2; ++half) {
      const __m128i codes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from + 16 * half));
      out[c][half] = _mm256_cvtepi8_epi16(codes);
    }
  }
}

// The dot products of a row's block with all channels, a 32-bit lane each.
inline __m256i dots(const int8_t *q, const CodeBlock &code) {
  const __m128i *from = reinterpret_cast<const __m128i *>(q);
  const __m256i q_low = _mm256_cvtepi8_epi16(_mm_load_si128(from));
  const __m256i q_high = _mm256_cvtepi8_epi16(_mm_load_si128(from + 1));
  __m256i d[TILE_CHANNELS];
  for (int c = 0; c < TILE_CHANNELS; ++c) {
    d[c] = _mm256_add_epi32(_mm256_madd_epi16(q_low, code[c][0]), _mm256_madd_epi16(q_high, code[c][1]));
  }
  const __m256i a = _mm256_hadd_epi32(_mm256_hadd_epi32(d[0], d[1]), _mm256_hadd_epi32(d[2], d[3]));
  const __m256i b = _mm256_hadd_epi32(_mm256_hadd_epi32(d[4], d[5]), _mm256_hadd_epi32(d[6], d[7]));
  return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
}

// The words of a tile behind its channel records against `rows` rows.
inline void mac_tile(const word_t *words, int k_blocks, bool w8, const int8_t (&codebook)[CODEBOOK_SIZE],
                     const Rows &a, int rows, Accumulators *sums) {
  const __m128i book = _mm_loadu_si128(reinterpret_cast<const __m128i *>(codebook));
  __m256i acc[ROWS][2];  // even channels, odd channels
  for (int r = 0; r < rows; ++r) acc[r][0] = acc[r][1] = _mm256_setzero_si256();
  const word_t *word = words;
  const uint8_t *mults = nullptr;
  for (int kb = 0; kb < k_blocks; ++kb) {
    if (kb % GROUP_BLOCKS == 0) mults = (word++)->byte;
    CodeBlock code;
    w8 ? decode_w8(word, code) : decode_w4(word, book, code);
    word += w8 ? 4 : 2;
    const uint8_t *from = mults + TILE_CHANNELS * (kb % GROUP_BLOCKS);
    const __m256i mult = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(from)));
    for (int r = 0; r < rows; ++r) {
      const int at = kb * rows + r;
      const __m256i d = dots(a.q[at], code);
      const __m256i scale = _mm256_sll_epi32(mult, _mm_cvtsi32_si128(a.rel[at]));
      const __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(d, 32), _mm256_srli_epi64(scale, 32));
      acc[r][0] = _mm256_add_epi64(acc[r][0], _mm256_mul_epi32(d, scale));
      acc[r][1] = _mm256_add_epi64(acc[r][1], odd);
    }
  }
  for (int r = 0; r < rows; ++r) {
    alignas(32) int64_t lane[2][TILE_CHANNELS / 2];
    for (int odd = 0; odd < 2; ++odd) _mm256_store_si256(reinterpret_cast<__m256i *>(lane[odd]), acc[r][odd]);
    for (int c = 0; c < TILE_CHANNELS; ++c) sums[r][c] = lane[c % 2][c / 2];
  }
}

}  // namespace cpu
}  // namespace ofpga

#endif  // OFPGA_MATMUL_MAC_AVX2_CPU_HPP
