// The multiply-accumulate of MATMUL on a CPU's vector units: the quick build's twin of the WORDS loop in
// matmul_mac.hpp.
//
// Not synthesised. Three forms by the machine that g++ compiles for: AVX-512 VNNI, AVX2, and one that any g++ takes
// (-DOFPGA_PORTABLE asks for it). All sums are exact, so neither order nor lanes show in the result.
#ifndef OFPGA_MATMUL_MAC_CPU_HPP
#define OFPGA_MATMUL_MAC_CPU_HPP

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && !defined(OFPGA_PORTABLE)
#include "matmul_mac_vnni_cpu.hpp"
#elif defined(__AVX2__) && !defined(OFPGA_PORTABLE)
#include "matmul_mac_avx2_cpu.hpp"
#else

#include <cstring>

#include "ofpga_size.hpp"
#include "ofpga_types.hpp"

namespace ofpga {
namespace cpu {

using Accumulators = int64_t[TILE_CHANNELS];

// The quantised rows of a command: block b of row r of `rows` is at index b * rows + r.
struct Rows {
  int8_t q[K_BLOCKS * ROWS][BLOCK];
  int32_t rel[K_BLOCKS * ROWS];
};

inline void load(Rows &rows, int index, const int8_t (&q)[BLOCK], uint8_t rel) {
  std::memcpy(rows.q[index], q, BLOCK);
  rows.rel[index] = rel;
}

using Bytes16 = int8_t __attribute__((vector_size(16)));

// One channel's 32 codes of a K block.
inline void decode_block(const uint8_t *codes, bool w8, const Bytes16 &book, int8_t (&out)[BLOCK]) {
  if (w8) {
    std::memcpy(out, codes, BLOCK);
    return;
  }
  using Unsigned16 = uint8_t __attribute__((vector_size(16)));
  Unsigned16 pairs;
  std::memcpy(&pairs, codes, sizeof pairs);
  const Bytes16 low = __builtin_shuffle(book, Bytes16(pairs & 15));  // a byte shuffle where the CPU has one
  const Bytes16 high = __builtin_shuffle(book, Bytes16(pairs >> 4));
  std::memcpy(out, &low, sizeof low);
  std::memcpy(out + sizeof low, &high, sizeof high);
}

inline int dot_block(const int8_t *a, const int8_t *b) {
  int sum = 0;
  for (int i = 0; i < BLOCK; ++i) sum += int(a[i]) * int(b[i]);
  return sum;
}

// The words of a tile behind its channel records against `rows` rows.
inline void mac_tile(const word_t *words, int k_blocks, bool w8, const int8_t (&codebook)[CODEBOOK_SIZE],
                     const Rows &a, int rows, Accumulators *sums) {
  Bytes16 book;
  std::memcpy(&book, codebook, sizeof book);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < TILE_CHANNELS; ++c) sums[r][c] = 0;
  }
  const int channel_bytes = w8 ? BLOCK : BLOCK / 2;
  const word_t *word = words;
  const uint8_t *mults = nullptr;
  for (int kb = 0; kb < k_blocks; ++kb) {
    if (kb % GROUP_BLOCKS == 0) mults = (word++)->byte;
    for (int c = 0; c < TILE_CHANNELS; ++c) {
      int8_t code[BLOCK];
      const int at = c * channel_bytes;
      decode_block(word[at / WORD_BYTES].byte + at % WORD_BYTES, w8, book, code);
      const int32_t mult = mults[TILE_CHANNELS * (kb % GROUP_BLOCKS) + c];
      for (int r = 0; r < rows; ++r) {
        const int index = kb * rows + r;
        // 2^27 * 2^15 needs 64 bits
        sums[r][c] += int64_t(dot_block(a.q[index], code) * mult) * (int64_t(1) << a.rel[index]);
      }
    }
    word += TILE_CHANNELS * channel_bytes / WORD_BYTES;
  }
}

}  // namespace cpu
}  // namespace ofpga

#endif
#endif  // OFPGA_MATMUL_MAC_CPU_HPP
