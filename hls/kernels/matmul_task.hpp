// A MATMUL command as the stages of the kernel take it: fields, and the sizes that follow from them.
#ifndef OFPGA_MATMUL_TASK_HPP
#define OFPGA_MATMUL_TASK_HPP

#include "ofpga_flow.hpp"

namespace ofpga {

constexpr int MULT_WORDS = 1;  // words of multipliers a group of K blocks

struct MatmulTask {
  int rows;
  int k_blocks;
  int n_tiles;
  int rounds;      // tiles on every port (missing ones are zero)
  int tile_words;  // words of a tile
  uint32_t x_addr;
  uint32_t y_addr;
  uint32_t w_addr;
  uint32_t index_addr;
  uint32_t norm_eps;
  bool norm;
  bool gather;
  bool w8;
  bool residual;
  bool silu;
  bool gelu;
  sbits<8> codebook[CODEBOOK_SIZE];
};

inline MatmulTask matmul_task(const word_t &word) {
#pragma HLS inline
  uint8_t bytes[WORD_BYTES];
#pragma HLS array_partition variable = bytes complete
  unpack(word, bytes);
  const MatmulCommand c = decode_matmul(bytes);
  MatmulTask t;
  t.rows = c.rows;
  t.k_blocks = c.k_blocks;
  t.n_tiles = int(c.n_tiles);
  t.rounds = ceil_div(t.n_tiles, PORTS);
  t.w8 = c.format == uint8_t(WeightFormat::W8);
  t.tile_words = 1 + MULT_WORDS * ceil_div(t.k_blocks, GROUP_BLOCKS) + t.k_blocks * (t.w8 ? 4 : 2);
  t.x_addr = c.x_addr;
  t.y_addr = c.y_addr;
  t.w_addr = c.w_addr;
  t.index_addr = c.index_addr;
  t.norm_eps = c.norm_eps;
  t.norm = (c.flags & FLAG_NORM) != 0;
  t.gather = (c.flags & FLAG_GATHER) != 0;
  t.residual = c.epilogue == uint8_t(Epilogue::RESIDUAL);
  t.silu = c.epilogue == uint8_t(Epilogue::SILU);
  t.gelu = c.epilogue == uint8_t(Epilogue::GELU);
CODEBOOK:
  for (int i = 0; i < CODEBOOK_SIZE; ++i) {
#pragma HLS unroll
    t.codebook[i] = c.codebook[i];
  }
  return t;
}

}  // namespace ofpga

#endif  // OFPGA_MATMUL_TASK_HPP
