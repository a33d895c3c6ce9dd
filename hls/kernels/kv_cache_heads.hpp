// The way in of KV_WRITE: rows of qkv rotated (docs/numerics.md, 7) and quantised (2.3).
//
//   read_rows -> rotate -> quantise_heads -> scatter
#ifndef OFPGA_KV_CACHE_HEADS_HPP
#define OFPGA_KV_CACHE_HEADS_HPP

#include "kv_cache_task.hpp"
#include "ofpga_math.hpp"

namespace ofpga {

// Waits for the dependency, then reads what the command lists: slots, cos/sin and qkv of every row, or the pairs.
inline void read_rows(hls::stream<KvTask> &tasks, hls::stream<token_t> &go, const word_t *act,
                      hls::stream<uint32_t> &slots, hls::stream<word_t> &rope, hls::stream<word_t> &rows,
                      hls::stream<Pair> (&pairs)[PORTS]) {
  const KvTask task = tasks.read();
  go.read();
  const int row_words = 2 * (task.q_heads + 2 * task.kv_heads) * task.layout.head_blocks;
  word_t list = zero_word();
READ_ROWS:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    if (r % INTS == 0) list = act[task.list_addr + uint32_t(r / INTS)];
    slots.write(uint32_t(get_u32(list, r % INTS)));
    if (task.rope) {
    READ_ROPE:
      for (int b = 0; b < task.layout.head_blocks; ++b) {  // II = 1: a word serves a block
#pragma HLS loop_tripcount min = 1 max = HEAD_BLOCKS
#pragma HLS pipeline II = 1
        rope.write(act[task.rope_addr + uint32_t(r * task.layout.head_blocks + b)]);
      }
    }
  READ_WORDS:
    for (int w = 0; w < row_words; ++w) {  // II = 1, one burst
#pragma HLS loop_tripcount min = 6 max = 4 * K_BLOCKS
#pragma HLS pipeline II = 1
      rows.write(act[task.x_addr + uint32_t(r) * uint32_t(row_words) + uint32_t(w)]);
    }
  }
  if (task.copy) {
  READ_PAIRS:
    for (uint32_t i = 0; i < task.pairs; ++i) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = 4096
#pragma HLS pipeline II = 1
      if (i % (INTS / 2) == 0) list = act[task.list_addr + i / (INTS / 2)];
      const int at = 2 * int(i % (INTS / 2));
      const Pair pair{false, uint32_t(get_u32(list, at)), uint32_t(get_u32(list, at + 1))};
    PAIR_PORTS:
      for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
        pairs[p].write(pair);
      }
    }
  LAST_PAIR:
    for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
      pairs[p].write(Pair{true, 0, 0});
    }
  }
}

// Turns the eight pairs of a word by the angles at `pair`.. of a block's cos/sin word.
inline word_t rotated(const word_t &word, const word_t &angles, int half) {
#pragma HLS inline
  word_t out = zero_word();
ROTATE_PAIRS:
  for (int i = 0; i < INTS / 2; ++i) {
#pragma HLS unroll
    const sbits<48> x = sbits<48>(get_s32(word, 2 * i));
    const sbits<48> y = sbits<48>(get_s32(word, 2 * i + 1));
    const sbits<16> c = get_s16(angles, half * INTS + 2 * i);
    const sbits<16> s = get_s16(angles, half * INTS + 2 * i + 1);
    set_s32(out, 2 * i, sat32<50>(rhu<50>(sbits<50>(x * c - y * s), ROPE_FRAC_BITS)));
    set_s32(out, 2 * i + 1, sat32<50>(rhu<50>(sbits<50>(x * s + y * c), ROPE_FRAC_BITS)));
  }
  return out;
}

// RoPE of query and key heads; values pass.
inline void rotate(hls::stream<KvTask> &tasks, hls::stream<word_t> &rope, hls::stream<word_t> &rows,
                   hls::stream<word_t> &turned) {
  const KvTask task = tasks.read();
  const int head_words = 2 * task.layout.head_blocks;
  const int heads = task.q_heads + 2 * task.kv_heads;
ROTATE_ROWS:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    word_t angles[HEAD_BLOCKS];
    if (task.rope) {
    LOAD_ANGLES:
      for (int b = 0; b < task.layout.head_blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = HEAD_BLOCKS
#pragma HLS pipeline II = 1
        angles[b] = rope.read();
      }
    }
  ROTATE_HEADS:
    for (int h = 0; h < heads; ++h) {
#pragma HLS loop_tripcount min = 3 max = 2 * K_BLOCKS
      const bool turn = task.rope && h < task.q_heads + task.kv_heads;
    ROTATE_WORDS:
      for (int w = 0; w < head_words; ++w) {  // II = 1
#pragma HLS loop_tripcount min = 2 max = 2 * HEAD_BLOCKS
#pragma HLS pipeline II = 1
        const word_t word = rows.read();
        turned.write(turn ? rotated(word, angles[w / 2], w % 2) : word);
      }
    }
  }
}

// Every block by the exponent that fits it, CACHE_EXP_MAX at most.
inline void quantise_heads(hls::stream<KvTask> &tasks, hls::stream<word_t> &turned, hls::stream<HeadBlock> &blocks) {
  const KvTask task = tasks.read();
  const int total = task.rows * (task.q_heads + 2 * task.kv_heads) * task.layout.head_blocks;
QUANTISE_BLOCKS:
  for (int n = 0; n < total; ++n) {  // II = 2: two words a block
#pragma HLS loop_tripcount min = 3 max = 2 * K_BLOCKS * ROWS
#pragma HLS pipeline II = 2
    sbits<32> v[2][INTS];
#pragma HLS array_partition variable = v dim = 0 complete
    ubits<32> amax = 0;
  QUANTISE_WORDS:
    for (int w = 0; w < 2; ++w) {
#pragma HLS unroll
      unpack_ints(turned.read(), v[w]);
      const ubits<32> a = largest(v[w]);
      amax = a > amax ? a : amax;
    }
    const int fit = fit_exponent(amax);
    const int e = fit < CACHE_EXP_MAX ? fit : CACHE_EXP_MAX;
    HeadBlock block;
    block.exponent = ubits<5>(e);
  QUANTISE_ELEMENTS:
    for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
      block.q[i] = mantissa(v[i / INTS][i % INTS], e);
    }
    blocks.write(block);
  }
}

}  // namespace ofpga

#endif  // OFPGA_KV_CACHE_HEADS_HPP
