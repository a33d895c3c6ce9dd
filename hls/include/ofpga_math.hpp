// The scalar arithmetic of docs/numerics.md: rounding, saturation, block exponents, tables. Section numbers are that
// page's.
//
// W in rhu<W>, sat32<W> ... is the width the caller proves; the exact build computes with it.
#ifndef OFPGA_MATH_HPP
#define OFPGA_MATH_HPP

#include "ofpga_types.hpp"

namespace ofpga {

// x * 2^s. The caller proves that the result fits in W bits (the sanitized build checks it).
template <int W>
inline sbits<W> shl(sbits<W> x, int s) {
#pragma HLS inline
#if OFPGA_FAST
  return sbits<W>(x * (sbits<W>(1) << s));  // C++17 has no left shift of a negative number
#else
  return sbits<W>(x << s);
#endif
}

// Round half up: floor(x / 2^s + 1/2). x + 2^(s - 1) must fit in W bits.
template <int W>
inline sbits<W> rhu(sbits<W> x, int s) {
#pragma HLS inline
  return s == 0 ? x : sbits<W>((x + (sbits<W>(1) << (s - 1))) >> s);
}

template <int W>
inline sbits<32> sat32(sbits<W> x) {
#pragma HLS inline
  const sbits<W> low = sbits<W>(INT32_MIN);
  const sbits<W> high = sbits<W>(INT32_MAX);
  return sbits<32>(x < low ? low : x > high ? high : x);
}

// |x|, unsigned, so that the most negative number has one.
template <int W>
inline ubits<W> magnitude(sbits<W> x) {
#pragma HLS inline
  return x < 0 ? ubits<W>(ubits<W>(0) - ubits<W>(x)) : ubits<W>(x);
}

// 0 for 0, else floor(log2 x) + 1.
template <int W>
inline int bit_length(ubits<W> x) {
#pragma HLS inline
#if OFPGA_FAST
  return x == 0 ? 0 : 64 - __builtin_clzll(uint64_t(x));
#else
  int length = 0;
BITS:
  for (int i = 0; i < W; ++i) {  // unrolled: a priority encoder
#pragma HLS unroll
    if ((x >> i) & 1) length = i + 1;
  }
  return length;
#endif
}

// shift32 of section 1: sat32(x * 2^e), |x| <= 2^62.
inline sbits<32> shift32(sbits<64> x, int e) {
#pragma HLS inline
  if (e < -62) return sbits<32>(0);
  if (e < 0) return sat32<64>(rhu<64>(x, -e));
  if (x == 0) return sbits<32>(0);
  if (bit_length<64>(magnitude<64>(x)) + e > 31) return x < 0 ? sbits<32>(INT32_MIN) : sbits<32>(INT32_MAX);
  return sbits<32>(shl<64>(x, e));
}

// ---------------------------------------------------------------------------------------------------- blocks
// (section 2) The exponent that fits a block whose largest magnitude is `amax`: 0..25.
inline int fit_exponent(ubits<32> amax) {
#pragma HLS inline
  const int bits = bit_length<32>(amax);
  const int e = bits > 7 ? bits - 7 : 0;
  return rhu<34>(sbits<34>(amax), e) > MANTISSA_MAX ? e + 1 : e;
}

// The mantissa of x at exponent e; clamped, which changes nothing unless e is below the exponent that fits.
inline sbits<8> mantissa(sbits<32> x, int e) {
#pragma HLS inline
  const sbits<33> rounded = rhu<33>(sbits<33>(x), e);
  const sbits<33> limit = sbits<33>(MANTISSA_MAX);
  return sbits<8>(rounded > limit ? limit : rounded < -limit ? sbits<33>(-limit) : rounded);
}

// The integers of a word.
inline void unpack_ints(const word_t &w, sbits<32> (&v)[INTS]) {
#pragma HLS inline
INTS_OF_WORD:
  for (int i = 0; i < INTS; ++i) {
#pragma HLS unroll
    v[i] = get_s32(w, i);
  }
}

// The largest magnitude of a word's integers.
inline ubits<32> largest(const sbits<32> (&v)[INTS]) {
#pragma HLS inline
  ubits<32> amax = 0;
LARGEST:
  for (int i = 0; i < INTS; ++i) {  // unrolled: a tree
#pragma HLS unroll
    const ubits<32> a = magnitude<32>(v[i]);
    amax = a > amax ? a : amax;
  }
  return amax;
}

// ---------------------------------------------------------------------------------------------------- rsqrt
// (section 5)
struct RowScale {  // rm * 2^re
  ubits<16> rm;
  sbits<16> re;
};

inline RowScale rsqrt(ubits<60> t_full) {
  if (t_full == 0) return RowScale{ubits<16>(0), sbits<16>(0)};
  const int h = (bit_length<60>(t_full) - 31) >> 1;  // floor, may be negative
  const ubits<32> t = ubits<32>(h >= 0 ? ubits<60>(t_full >> (2 * h)) : ubits<60>(t_full << (-2 * h)));
  const ubits<16> r0 = RSQRT[int(t >> 24) - 64];
  const ubits<32> r0_squared = ubits<32>(ubits<32>(r0) * r0);
  const ubits<48> u = ubits<48>((ubits<48>(3) << 46) - ubits<48>(t >> 14) * r0_squared);
  const sbits<34> rm = rhu<34>(sbits<34>(ubits<32>(r0) * ubits<32>(u >> 31)), 15);
  return RowScale{ubits<16>(rm > 65535 ? sbits<34>(65535) : rm), sbits<16>(-31 - h)};
}

// ---------------------------------------------------------------------------------------------------- functions
// (section 6) g * c(g), c the table's function: SiLU (SIGMOID, RANGE = 4), GELU (GELU_CDF, RANGE = 3).
template <int RANGE>
inline sbits<32> activation(sbits<32> g, const uint32_t (&table)[257]) {
#pragma HLS inline
  constexpr int STEP = RANGE + 8;  // bits of the argument between two entries
  const ubits<32> a = magnitude<32>(g);
  const ubits<32> entry = a >> STEP;
  const bool inside = entry < 256;
  const int i = inside ? int(entry) : 255;
  const sbits<32> f = sbits<32>(a & ((ubits<32>(1) << STEP) - 1));
  const sbits<32> low = sbits<32>(table[i]);
  const sbits<32> high = sbits<32>(table[i + 1]);
  const sbits<32> one = sbits<32>(1 << PROB_BITS);
  const sbits<32> between = sbits<32>(low + rhu<32>(sbits<32>((high - low) * f), STEP));
  const sbits<32> upper = inside ? between : one;
  const sbits<18> c = sbits<18>(g < 0 ? sbits<32>(one - upper) : upper);
  return sbits<32>(rhu<50>(sbits<50>(sbits<50>(g) * c), FRAC_BITS));
}

inline sbits<32> silu(sbits<32> g) { return activation<4>(g, SIGMOID); }
inline sbits<32> gelu(sbits<32> g) { return activation<3>(g, GELU_CDF); }

// ---------------------------------------------------------------------------------------------------- softmax
// (section 8) 2^-(d / 2^16) with PROB_BITS fractional bits.
inline ubits<17> exp2_weight(ubits<32> d) {
#pragma HLS inline
  const int n = int(d >> 16);
  const int i = int((d >> 8) & 255);
  const sbits<32> f = sbits<32>(d & 255);
  const sbits<32> high = sbits<32>(EXP2[i]);
  const sbits<32> low = sbits<32>(EXP2[i + 1]);
  const sbits<32> p0 = sbits<32>(high - rhu<32>(sbits<32>((high - low) * f), 8));
  return n >= 18 ? ubits<17>(0) : ubits<17>(rhu<32>(p0, n));
}

struct Reciprocal {  // R and hs of section 8
  ubits<25> value;
  sbits<8> shift;
};

inline Reciprocal reciprocal(ubits<34> sum) {
  if (sum == 0) return Reciprocal{ubits<25>(0), sbits<8>(0)};  // only where a segment has no keys
  const int hs = bit_length<34>(sum) - RECIP_NORM_BITS;
  const ubits<34> normal = hs >= 0 ? ubits<34>(sum >> hs) : ubits<34>(sum << -hs);
  return Reciprocal{ubits<25>((ubits<48>(1) << RECIP_BITS) / ubits<24>(normal)), sbits<8>(hs)};
}

}  // namespace ofpga

#endif  // OFPGA_MATH_HPP
