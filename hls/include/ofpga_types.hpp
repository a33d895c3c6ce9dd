// Integers that say their width, and the 512-bit memory word.
//
// sbits<W> / ubits<W> hold W bits. Three builds, one source:
//   Vitis (-DOFPGA_VITIS), exact build (-DOFPGA_EXACT): ap_int<W> / ap_uint<W>, so a width too small changes bits;
//   quick build (what csim ships): the smallest standard integer that holds W bits, so g++ vectorises.
// Code that is right in all three widens by a cast before an operation that needs more bits (ap_int would widen sums
// and products by itself, standard integers would not; shifts widen in neither).
//
// OFPGA_FAST marks the few CPU-only twins of loops: they exist in the quick build alone, and the exact build, which
// runs the loop that is synthesised, must give the same bits.
#ifndef OFPGA_TYPES_HPP
#define OFPGA_TYPES_HPP

#include <cstdint>
#include <type_traits>

#include "ofpga_contract.hpp"

// Vitis' C simulation must see the interfaces that its synthesis sees, so OFPGA_VITIS holds for both.
#if defined(__SYNTHESIS__) || defined(OFPGA_VITIS) || defined(OFPGA_EXACT)
#define OFPGA_FAST 0
#include <ap_int.h>
#else
#define OFPGA_FAST 1
#endif

namespace ofpga {

#if !OFPGA_FAST

template <int W>
using sbits = ap_int<W>;
template <int W>
using ubits = ap_uint<W>;
using word_t = ap_uint<8 * WORD_BYTES>;

#else

namespace detail {
template <int W, class I8, class I16, class I32, class I64>
using container = typename std::conditional<
    W <= 8, I8,
    typename std::conditional<W <= 16, I16, typename std::conditional<W <= 32, I32, I64>::type>::type>::type;
}  // namespace detail

template <int W>
using sbits = detail::container<W, int8_t, int16_t, int32_t, int64_t>;
template <int W>
using ubits = detail::container<W, uint8_t, uint16_t, uint32_t, uint64_t>;
struct word_t {
  uint8_t byte[WORD_BYTES];
};

#endif

static_assert(sizeof(word_t) == WORD_BYTES, "a word of the memory model must be 64 bytes without padding");

constexpr int BYTES = WORD_BYTES;        // of a word
constexpr int INTS = WORD_BYTES / 4;     // int32 of a word
constexpr int HALF = WORD_BYTES / 2;     // bytes of half a word: the mantissas of a block
static_assert(HALF == BLOCK, "the layouts put the int8 mantissas of two blocks in a word");

// ---------------------------------------------------------------------------------------------------- words
// Byte i of a word is bits [8 i + 7 : 8 i] in every build.
#if !OFPGA_FAST

inline ubits<8> get_byte(const word_t &w, int i) { return w.range(8 * i + 7, 8 * i); }
inline void set_byte(word_t &w, int i, ubits<8> value) { w.range(8 * i + 7, 8 * i) = value; }
inline ubits<32> get_u32(const word_t &w, int i) { return w.range(32 * i + 31, 32 * i); }
inline void set_u32(word_t &w, int i, ubits<32> value) { w.range(32 * i + 31, 32 * i) = value; }
inline word_t zero_word() { return word_t(0); }

#else

inline ubits<8> get_byte(const word_t &w, int i) { return w.byte[i]; }
inline void set_byte(word_t &w, int i, ubits<8> value) { w.byte[i] = value; }
inline ubits<32> get_u32(const word_t &w, int i) { return load_u32(w.byte, 4 * i); }
inline void set_u32(word_t &w, int i, ubits<32> value) { store_u32(w.byte, 4 * i, value); }
inline word_t zero_word() { return word_t{}; }

#endif

inline sbits<8> get_s8(const word_t &w, int i) {
#pragma HLS inline
  return sbits<8>(get_byte(w, i));
}
inline ubits<16> get_u16(const word_t &w, int i) {
#pragma HLS inline
  return ubits<16>(ubits<16>(get_byte(w, 2 * i)) | ubits<16>(ubits<16>(get_byte(w, 2 * i + 1)) << 8));
}
inline sbits<16> get_s16(const word_t &w, int i) {
#pragma HLS inline
  return sbits<16>(get_u16(w, i));
}
inline sbits<32> get_s32(const word_t &w, int i) {
#pragma HLS inline
  return sbits<32>(get_u32(w, i));
}
inline void set_s32(word_t &w, int i, sbits<32> value) {
#pragma HLS inline
  set_u32(w, i, ubits<32>(value));
}

// All bytes of a word, as the decoders of the contract take them.
inline void unpack(const word_t &w, uint8_t (&bytes)[WORD_BYTES]) {
#pragma HLS inline
UNPACK:
  for (int i = 0; i < BYTES; ++i) {
#pragma HLS unroll
    bytes[i] = uint8_t(get_byte(w, i));
  }
}

// ---------------------------------------------------------------------------------------------------- stream
// payloads
struct Mantissas {  // of one block
  sbits<8> q[BLOCK];
};

// Payload of `go` and of the tokens inside the kernels: that it came is all it says.
using token_t = ubits<8>;
// Payload of `done`: a Status.
using status_t = ubits<8>;

}  // namespace ofpga

#endif  // OFPGA_TYPES_HPP
