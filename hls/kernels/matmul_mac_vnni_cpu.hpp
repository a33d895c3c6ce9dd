// The multiply-accumulate of MATMUL with AVX-512 VNNI (matmul_mac_cpu.hpp chooses). Not synthesised.
#ifndef OFPGA_MATMUL_MAC_VNNI_CPU_HPP
#define OFPGA_MATMUL_MAC_VNNI_CPU_HPP

#include <immintrin.h>

#include <cstring>

#include "ofpga_size.hpp"
#include "ofpga_types.hpp"

namespace ofpga {
namespace cpu {

constexpr int QUADS = 4;
using Accumulators = int64_t[TILE_CHANNELS];

// The quantised rows of a command: block b of row r of `rows` is at index b * rows + r.
struct Rows {
  alignas(64) int8_t q[K_BLOCKS * ROWS][BLOCK];
  // VNNI multiplies unsigned by signed bytes, so codes are fed as code + 128; this takes 128 * q back:
  // offset[i] = -128 * sum of q[4i .. 4i+3] and q[16+4i .. 16+4i+3].
  alignas(64) int32_t offset[K_BLOCKS * ROWS][QUADS];
  int32_t rel[K_BLOCKS * ROWS];
};

inline void load(Rows &rows, int index, const int8_t (&q)[BLOCK], uint8_t rel) {
  std::memcpy(rows.q[index], q, BLOCK);
  rows.rel[index] = rel;
  for (int quad = 0; quad < QUADS; ++quad) {
    int sum = 0;
    for (int i = 0; i < 4; ++i) sum += q[4 * quad + i] + q[BLOCK / 2 + 4 * quad + i];
    rows.offset[index][quad] = -128 * sum;
  }
}

// R rows from `first` on. 64-bit lanes 2 i and 2 i + 1 of an accumulator belong to channel i of its word.
template <int R>
inline void mac_w4(const word_t *words, int k_blocks, __m512i book, const Rows &a, int rows, int first,
                   Accumulators *sums) {
  const __m512i nibble = _mm512_set1_epi8(15);
  // multiplier byte i of a word's four into the low half of 64-bit lanes 2 i and 2 i + 1
  const __m512i spread = _mm512_set_epi32(
      -253, -253, -253, -253, -254, -254, -254, -254, -255, -255, -255, -255, -256, -256, -256, -256);
  __m512i acc[R][2];
  for (int r = 0; r < R; ++r) acc[r][0] = acc[r][1] = _mm512_setzero_si512();
  const word_t *word = words;
  const uint8_t *mults = nullptr;
  for (int kb = 0; kb < k_blocks; ++kb) {
    if (kb % GROUP_BLOCKS == 0) mults = (word++)->byte;
    const uint8_t *m = mults + TILE_CHANNELS * (kb % GROUP_BLOCKS);
    const int at = kb * rows + first;
    for (int half = 0; half < 2; ++half, ++word, m += 4) {
      const __m512i codes = _mm512_loadu_si512(word->byte);
      const __m512i low = _mm512_shuffle_epi8(book, _mm512_and_si512(codes, nibble));
      const __m512i high = _mm512_shuffle_epi8(book, _mm512_and_si512(_mm512_srli_epi16(codes, 4), nibble));
      int32_t four;
      std::memcpy(&four, m, sizeof four);
      const __m512i mult = _mm512_shuffle_epi8(_mm512_set1_epi32(four), spread);
      for (int r = 0; r < R; ++r) {
        const __m256i q = _mm256_load_si256(reinterpret_cast<const __m256i *>(a.q[at + r]));
        const __m512i q_low = _mm512_broadcast_i32x4(_mm256_castsi256_si128(q));
        const __m512i q_high = _mm512_broadcast_i32x4(_mm256_extracti128_si256(q, 1));
        __m512i d = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i *>(a.offset[at + r])));
        d = _mm512_dpbusd_epi32(_mm512_dpbusd_epi32(d, low, q_low), high, q_high);
        d = _mm512_add_epi32(d, _mm512_srli_epi64(d, 32));  // low halves: sums of pairs
        const __m512i scale = _mm512_sllv_epi32(mult, _mm512_set1_epi32(a.rel[at + r]));
        acc[r][half] = _mm512_add_epi64(acc[r][half], _mm512_mul_epi32(d, scale));
      }
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int half = 0; half < 2; ++half) {
      alignas(64) int64_t lane[8];
      _mm512_store_si512(lane, acc[r][half]);
      for (int c = 0; c < 4; ++c) sums[first + r][4 * half + c] = lane[2 * c] + lane[2 * c + 1];
    }
  }
}

// 64-bit lanes 4 i .. 4 i + 3 of an accumulator belong to channel i of its word.
template <int R>
inline void mac_w8(const word_t *words, int k_blocks, const Rows &a, int rows, int first, Accumulators *sums) {
  const __m512i flip = _mm512_set1_epi8(-128);
  const __m512i spread = _mm512_set_epi32(
      -255, -255, -255, -255, -255, -255, -255, -255, -256, -256, -256, -256, -256, -256, -256, -256);
  __m512i acc[R][4];
  for (int r = 0; r < R; ++r) {
    for (int w = 0; w < 4; ++w) acc[r][w] = _mm512_setzero_si512();
  }
  const word_t *word = words;
  const uint8_t *mults = nullptr;
  for (int kb = 0; kb < k_blocks; ++kb) {
    if (kb % GROUP_BLOCKS == 0) mults = (word++)->byte;
    const uint8_t *m = mults + TILE_CHANNELS * (kb % GROUP_BLOCKS);
    const int at = kb * rows + first;
    for (int w = 0; w < 4; ++w, ++word, m += 2) {
      const __m512i codes = _mm512_xor_si512(_mm512_loadu_si512(word->byte), flip);
      const __m512i mult = _mm512_shuffle_epi8(_mm512_set1_epi32(m[0] | m[1] << 8), spread);
      for (int r = 0; r < R; ++r) {
        const __m512i q =
            _mm512_broadcast_i64x4(_mm256_load_si256(reinterpret_cast<const __m256i *>(a.q[at + r])));
        __m512i d = _mm512_maskz_broadcast_i32x4(
            0x0f0f, _mm_load_si128(reinterpret_cast<const __m128i *>(a.offset[at + r])));
        d = _mm512_dpbusd_epi32(d, codes, q);
        d = _mm512_add_epi32(d, _mm512_srli_epi64(d, 32));
        const __m512i scale = _mm512_sllv_epi32(mult, _mm512_set1_epi32(a.rel[at + r]));
        acc[r][w] = _mm512_add_epi64(acc[r][w], _mm512_mul_epi32(d, scale));
      }
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int w = 0; w < 4; ++w) {
      alignas(64) int64_t lane[8];
      _mm512_store_si512(lane, acc[r][w]);
      for (int c = 0; c < 2; ++c) {
        sums[first + r][2 * w + c] = lane[4 * c] + lane[4 * c + 1] + lane[4 * c + 2] + lane[4 * c + 3];
      }
    }
  }
}

// The words of a tile behind its channel records against `rows` rows, as many at a time as registers hold.
inline void mac_tile(const word_t *words, int k_blocks, bool w8, const int8_t (&codebook)[CODEBOOK_SIZE],
                     const Rows &a, int rows, Accumulators *sums) {
  const __m512i book = _mm512_xor_si512(
      _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i *>(codebook))), _mm512_set1_epi8(-128));
  int first = 0;
  if (ROWS >= 8 && !w8) {
    for (; first + 8 <= rows; first += 8) mac_w4<8>(words, k_blocks, book, a, rows, first, sums);
  }
  if (ROWS >= 4) {
    for (; first + 4 <= rows; first += 4) {
      w8 ? mac_w8<4>(words, k_blocks, a, rows, first, sums) : mac_w4<4>(words, k_blocks, book, a, rows, first, sums);
    }
  }
  if (ROWS >= 2 && rows - first >= 2) {
    w8 ? mac_w8<2>(words, k_blocks, a, rows, first, sums) : mac_w4<2>(words, k_blocks, book, a, rows, first, sums);
    first += 2;
  }
  if (rows - first == 1) {
    w8 ? mac_w8<1>(words, k_blocks, a, rows, first, sums) : mac_w4<1>(words, k_blocks, book, a, rows, first, sums);
  }
}

}  // namespace cpu
}  // namespace ofpga

#endif  // OFPGA_MATMUL_MAC_VNNI_CPU_HPP
