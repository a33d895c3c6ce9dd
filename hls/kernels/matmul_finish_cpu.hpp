// Sums to results on a CPU: the quick build's twin of the FINISH_ROWS loop in matmul_finish.hpp, the channels of a
// tile side by side in one of g++'s vectors. Not synthesised.
#ifndef OFPGA_MATMUL_FINISH_CPU_HPP
#define OFPGA_MATMUL_FINISH_CPU_HPP

#include "matmul_mac.hpp"
#include "ofpga_lanes_cpu.hpp"
#include "ofpga_math.hpp"

namespace ofpga {
namespace cpu {

static_assert(WIDTH == TILE_CHANNELS, "a tile's channels must fill a vector");

// The channel records of a tile, widened.
struct Channels {
  Lanes mantissa;
  Lanes exponent;
  Lanes bias;
};

inline Channels load_channels(const word_t &word) {
  Lanes record;  // mantissa, exponent, bias from the lowest byte on
  std::memcpy(&record, word.byte, sizeof record);
  return Channels{record & 0xffff, (record << 32) >> 48, record >> 32};
}

// bit_length for 0 <= x < 2^53: the exponent of x as a double, which is exact.
inline Lanes bit_length_53(Lanes x) {
  using WideLanes = double __attribute__((vector_size(8 * WIDTH)));
  const WideLanes wide = __builtin_convertvector(x, WideLanes);
  Lanes bits;
  std::memcpy(&bits, &wide, sizeof bits);
  return x == 0 ? Lanes{} : (bits >> 52) - 1022;
}

// Steps 3 to 5 of docs/numerics.md section 4 for the channels of a tile.
inline Lanes scaled_results(const int64_t (&acc)[TILE_CHANNELS], const RowScale &scale, const Channels &channel) {
  Lanes a;
  std::memcpy(&a, acc, sizeof a);
  const Lanes shift = greater(bit_length_53(a < 0 ? -a : a) - ACC_NORM_BITS, Lanes{});
  const Lanes x = rounded(a, shift) * channel.mantissa * int64_t(scale.rm);
  const Lanes e = shift + channel.exponent + int64_t(scale.re);
  const Lanes down = saturated(rounded(x, lesser(greater(-e, Lanes{}), all(62))));
  const Lanes left = lesser(greater(e, Lanes{}), all(31));
  const Lanes most = (all(1) << (31 - left)) - 1;  // larger ones saturate
  const Lanes up = x > most ? all(INT32_MAX) : x < -most - 1 ? all(INT32_MIN) : x << left;
  const Lanes product = e > 0 ? up : e < -62 ? Lanes{} : down;
  return saturated(product + channel.bias);
}

// activation() of ofpga_math.hpp for the first USED lanes.
template <int RANGE, int USED>
inline Lanes activations(Lanes g, const uint32_t (&table)[257]) {
  constexpr int STEP = RANGE + 8;
  const Lanes a = g < 0 ? -g : g;
  const Lanes entry = lesser(a >> STEP, all(255));
  const Pairs entries = look_up<USED>(table, entry);
  const Lanes fraction = a & ((1 << STEP) - 1);
  const Lanes between = entries.first + rounded((entries.second - entries.first) * fraction, all(STEP));
  const Lanes upper = (a >> STEP) < 256 ? between : all(1 << PROB_BITS);
  return rounded(g * (g < 0 ? (1 << PROB_BITS) - upper : upper), all(FRAC_BITS));
}

// Channels 2 j and 2 j + 1 to result j; the upper half of the results is zero.
inline Lanes silu_gates(Lanes r) {
  const Lanes evens{0, 2, 4, 6, 0, 2, 4, 6};
  const Lanes first_half{-1, -1, -1, -1, 0, 0, 0, 0};
  const Lanes gate = activations<4, TILE_CHANNELS / 2>(__builtin_shuffle(r, evens), SIGMOID);
  return saturated(rounded(gate * __builtin_shuffle(r, evens + 1), all(FRAC_BITS))) & first_half;
}

// A tile's sums to its results. One step at a time over all rows: short loops keep more rows in flight.
inline void finish_tile(const MatmulTask &task, bool exists, const RowScale (&scale)[ROWS], const word_t &record,
                        hls::stream<Sums> &sums, hls::stream<Eight> &residual, hls::stream<Eight> &results) {
  const Channels channels = load_channels(record);
  Lanes r[ROWS];
  for (int i = 0; i < task.rows; ++i) r[i] = scaled_results(sums.read().acc, scale[i], channels);
  if (!exists) return;
  if (task.silu) {
    for (int i = 0; i < task.rows; ++i) r[i] = silu_gates(r[i]);
  } else if (task.gelu) {
    for (int i = 0; i < task.rows; ++i) r[i] = activations<3, TILE_CHANNELS>(r[i], GELU_CDF);
  } else if (task.residual) {
    for (int i = 0; i < task.rows; ++i) {
      const Eight old = residual.read();
      r[i] = saturated(r[i] + load_int32(old.v));
    }
  }
  for (int i = 0; i < task.rows; ++i) {
    Eight result;
    store_int32(r[i], result.v);
    results.write(result);
  }
}

}  // namespace cpu
}  // namespace ofpga

#endif  // OFPGA_MATMUL_FINISH_CPU_HPP
