// Eight 64-bit integers side by side, with the roundings of docs/numerics.md: g++ vectors for the CPU twins of hot
// loops. Not synthesised.
#ifndef OFPGA_LANES_CPU_HPP
#define OFPGA_LANES_CPU_HPP

#include <cstdint>
#include <cstring>

#if defined(__AVX2__) && !defined(OFPGA_PORTABLE)
#include <immintrin.h>
#endif

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the vectors here are laid out for little-endian machines");

namespace ofpga {
namespace cpu {

constexpr int WIDTH = 8;
using Lanes = int64_t __attribute__((vector_size(8 * WIDTH)));

inline Lanes all(int64_t x) { return Lanes{} + x; }
inline Lanes lesser(Lanes a, Lanes b) { return a < b ? a : b; }
inline Lanes greater(Lanes a, Lanes b) { return a > b ? a : b; }
inline Lanes saturated(Lanes x) { return lesser(greater(x, all(INT32_MIN)), all(INT32_MAX)); }
inline Lanes rounded(Lanes x, Lanes shift) { return (x + ((all(1) << shift) >> 1)) >> shift; }

// a * b where both fit in 32 bits, signed.
inline Lanes narrow_product(Lanes a, Lanes b) {
#if defined(__AVX512F__) && !defined(OFPGA_PORTABLE)
  return Lanes(_mm512_mul_epi32(__m512i(a), __m512i(b)));
#elif defined(__AVX2__) && !defined(OFPGA_PORTABLE)
  __m256i x[2], y[2];
  std::memcpy(x, &a, sizeof a);
  std::memcpy(y, &b, sizeof b);
  for (int half = 0; half < 2; ++half) x[half] = _mm256_mul_epi32(x[half], y[half]);
  std::memcpy(&a, x, sizeof a);
  return a;
#else
  return a * b;
#endif
}

// Entries of a table and those behind them.
struct Pairs {
  Lanes first;
  Lanes second;
};

// USED lanes of a table's entries at `index`, each with the entry behind it.
template <int USED = WIDTH>
inline Pairs look_up(const uint32_t *table, Lanes index) {
  Lanes both{};
  for (int i = 0; i < USED; ++i) {
    int64_t two;
    std::memcpy(&two, &table[index[i]], sizeof two);
    both[i] = two;
  }
  return Pairs{both & 0xffffffff, both >> 32};
}

inline Lanes load_int32(const int32_t *from) {
  using Narrow = int32_t __attribute__((vector_size(4 * WIDTH)));
  Narrow narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  return __builtin_convertvector(narrow, Lanes);
}

inline void store_int32(Lanes values, int32_t *to) {
  using Narrow = int32_t __attribute__((vector_size(4 * WIDTH)));
  const Narrow narrow = __builtin_convertvector(values, Narrow);
  std::memcpy(to, &narrow, sizeof narrow);
}

inline Lanes load_int8(const uint8_t *from) {
#if defined(__AVX512F__) && !defined(OFPGA_PORTABLE)  // GCC 12 takes this conversion apart
  return Lanes(_mm512_cvtepi8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(from))));
#else
  using Narrow = int8_t __attribute__((vector_size(WIDTH)));
  Narrow narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  return __builtin_convertvector(narrow, Lanes);
#endif
}

}  // namespace cpu
}  // namespace ofpga

#endif  // OFPGA_LANES_CPU_HPP
