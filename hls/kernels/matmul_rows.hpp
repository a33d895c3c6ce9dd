// The way in of MATMUL: rows of int32 activations from memory to block floating point (docs/numerics.md, 2.2 and
// 4.2).
//
//   read_rows -> fit_rows -> quantise_rows -> mac of port 0
//
// A row's exponents hang on its largest block, so a row waits in the FIFO between fit_rows and quantise_rows until
// the last of its blocks has been seen; meanwhile the row before it leaves.
#ifndef OFPGA_MATMUL_ROWS_HPP
#define OFPGA_MATMUL_ROWS_HPP

#include "matmul_task.hpp"
#include "ofpga_math.hpp"

namespace ofpga {

struct Eight {  // results of the channels of a tile (SILU: the first four count)
  sbits<32> v[TILE_CHANNELS];
};

inline Eight eight_zeros() {
#pragma HLS inline
  Eight e;
ZEROS:
  for (int c = 0; c < TILE_CHANNELS; ++c) {
#pragma HLS unroll
    e.v[c] = 0;  // ap_int's default constructor does not
  }
  return e;
}

struct RowBlock {  // a quantised block of a row
  sbits<8> q[BLOCK];
  ubits<4> rel;
};

struct RowPart {  // an unquantised block on its way, and what fits it
  word_t word[2];
  ubits<5> exponent;
};

// Waits for the dependency, then reads the rows (through the index with GATHER) and, for RESIDUAL, what the output
// holds.
inline void read_rows(hls::stream<MatmulTask> &tasks, hls::stream<token_t> &go, const word_t *act,
                      hls::stream<word_t> &rows, hls::stream<Eight> (&residual)[PORTS]) {
  const MatmulTask task = tasks.read();
  go.read();
  const int row_words = 2 * task.k_blocks;
  word_t index = zero_word();
ROWS_IN:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    uint32_t from = uint32_t(r);
    if (task.gather) {
      if (r % INTS == 0) index = act[task.index_addr + uint32_t(r / INTS)];
      from = uint32_t(get_u32(index, r % INTS));
    }
    const uint32_t base = task.x_addr + from * uint32_t(row_words);
  ROW_IN:
    for (int w = 0; w < row_words; ++w) {  // II = 1, one burst
#pragma HLS loop_tripcount min = 2 max = 2 * K_BLOCKS
#pragma HLS pipeline II = 1
      rows.write(act[base + uint32_t(w)]);
    }
  }
  if (task.residual) {
    word_t word = zero_word();
  OLD_ROUNDS:
    for (int round = 0; round < task.rounds; ++round) {
    OLD_ROWS:
      for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
      OLD_TILES:
        for (int p = 0; p < PORTS; ++p) {  // II = 1: half a word, of one tile
#pragma HLS pipeline II = 1
          const int tile = round * PORTS + p;
          if (tile < task.n_tiles) {
            const uint32_t at = task.y_addr + uint32_t(r) * uint32_t(task.n_tiles / 2) + uint32_t(tile / 2);
            if (PORTS == 1 || tile % 2 == 0) word = act[at];
            Eight old;
          OLD_CHANNELS:
            for (int c = 0; c < TILE_CHANNELS; ++c) {
#pragma HLS unroll
              old.v[c] = get_s32(word, (tile % 2) * TILE_CHANNELS + c);
            }
          TO_PORT:
            for (int to = 0; to < PORTS; ++to) {
#pragma HLS unroll
              if (to == p) residual[to].write(old);
            }
          }
        }
      }
    }
  }
}

// Fits every block; a row's largest exponent follows its blocks.
inline void fit_rows(hls::stream<MatmulTask> &tasks, hls::stream<word_t> &rows, hls::stream<RowPart> &parts,
                     hls::stream<ubits<5>> &largest_exponents) {
  const MatmulTask task = tasks.read();
FIT_ROWS:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    int emax = 0;
  FIT_BLOCKS:
    for (int b = 0; b < task.k_blocks; ++b) {  // II = 2: two words a block
#pragma HLS loop_tripcount min = 1 max = K_BLOCKS
#pragma HLS pipeline II = 2
      RowPart part;
      ubits<32> amax = 0;
    FIT_WORDS:
      for (int w = 0; w < 2; ++w) {
#pragma HLS unroll
        part.word[w] = rows.read();
        sbits<32> v[INTS];
#pragma HLS array_partition variable = v complete
        unpack_ints(part.word[w], v);
        const ubits<32> a = largest(v);
        amax = a > amax ? a : amax;
      }
      const int e = fit_exponent(amax);
      part.exponent = ubits<5>(e);
      emax = e > emax ? e : emax;
      parts.write(part);
    }
    largest_exponents.write(ubits<5>(emax));
  }
}

// Quantises every block relative to its row's base and derives the row's scale, which every port gets.
inline void quantise_rows(hls::stream<MatmulTask> &tasks, hls::stream<RowPart> &parts,
                          hls::stream<ubits<5>> &largest_exponents, hls::stream<RowBlock> &blocks,
                          hls::stream<RowScale> (&scales)[PORTS]) {
  const MatmulTask task = tasks.read();
QUANTISE_ROWS:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const int emax = int(largest_exponents.read());
    const int base = emax > REL_EXP_MAX ? emax - REL_EXP_MAX : 0;
    ubits<59> square_sum = 0;
  QUANTISE_BLOCKS:
    for (int b = 0; b < task.k_blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = K_BLOCKS
#pragma HLS pipeline II = 1
      const RowPart part = parts.read();
      const int e = int(part.exponent) > base ? int(part.exponent) : base;
      RowBlock block;
      block.rel = ubits<4>(e - base);
      ubits<20> squares = 0;
    HALVES:
      for (int w = 0; w < 2; ++w) {
#pragma HLS unroll
        sbits<32> v[INTS];
#pragma HLS array_partition variable = v complete
        unpack_ints(part.word[w], v);
      ELEMENTS:
        for (int i = 0; i < INTS; ++i) {
#pragma HLS unroll
          const sbits<8> q = mantissa(v[i], e);
          block.q[w * INTS + i] = q;
          squares = ubits<20>(squares + ubits<20>(sbits<16>(q) * q));
        }
      }
      square_sum = ubits<59>(square_sum + (ubits<59>(squares) << (2 * int(block.rel))));
      blocks.write(block);
    }
    RowScale scale{ubits<16>(1u << 15), sbits<16>(base - 15)};
    if (task.norm) scale = rsqrt(ubits<60>(ubits<60>(square_sum) + (ubits<60>(task.norm_eps) >> (2 * base))));
  TO_PORTS:
    for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
      scales[p].write(scale);
    }
  }
}

}  // namespace ofpga

#endif  // OFPGA_MATMUL_ROWS_HPP
