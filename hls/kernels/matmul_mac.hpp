// The multiply-accumulate of one port of MATMUL: one word of weights a cycle against every row (docs/numerics.md,
// 4.1).
//
// Ports form a chain: each keeps the quantised rows in its own memory and hands them on, so no wide broadcast
// crosses the chip. A word carries one K block of four channels (W4) or two (W8); W8 uses half of the multipliers,
// as memory feeds it.
#ifndef OFPGA_MATMUL_MAC_HPP
#define OFPGA_MATMUL_MAC_HPP

#include "matmul_rows.hpp"
#include "matmul_task.hpp"
#if OFPGA_FAST
#include "matmul_mac_cpu.hpp"
#endif

namespace ofpga {

constexpr int WORD_CHANNELS = 4;  // of a W4 code word

struct Sums {  // one row of a tile
  sbits<53> acc[TILE_CHANNELS];
};

#if !OFPGA_FAST

// The codes of the four channels (W8: two, the others zero) of a word.
inline void decode_codes(const word_t &word, bool w8, const sbits<8> (&codebook)[CODEBOOK_SIZE],
                         sbits<8> (&code)[WORD_CHANNELS][BLOCK]) {
#pragma HLS inline
DECODE_CHANNELS:
  for (int c = 0; c < WORD_CHANNELS; ++c) {
#pragma HLS unroll
  DECODE_CODES:
    for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
      const ubits<8> pair = get_byte(word, (BLOCK / 2) * c + i % (BLOCK / 2));
      const int nibble = int(i < BLOCK / 2 ? ubits<8>(pair & 15) : ubits<8>(pair >> 4));
      const sbits<8> plain = c < 2 ? get_s8(word, (BLOCK * c + i) % BYTES) : sbits<8>(0);
      code[c][i] = w8 ? plain : codebook[nibble];
    }
  }
}

// Two dot products with the same q in the multipliers of one: (a * 2^18 + b) * q, eight of them added before the
// lower sum, which stays below 2^17 (8 * 128 * 127 = 130,048), is taken apart from the upper one. A DSP48E2 multiplies
// 27 by 18 bits, so it serves two channels.
inline void dot_pair(const sbits<8> (&q)[BLOCK], const sbits<8> (&a)[BLOCK], const sbits<8> (&b)[BLOCK],
                     sbits<20> &dot_a, sbits<20> &dot_b) {
#pragma HLS inline
  constexpr int FIELD = 18;
  constexpr int GROUP = 8;
  static_assert(BLOCK % GROUP == 0, "a block must be whole groups of packed products");
  dot_a = 0;
  dot_b = 0;
PACKED_GROUPS:
  for (int g = 0; g < BLOCK; g += GROUP) {
#pragma HLS unroll
    sbits<37> sum = 0;
  PACKED_ELEMENTS:
    for (int i = g; i < g + GROUP; ++i) {
#pragma HLS unroll
      const sbits<27> pair = sbits<27>(shl<27>(sbits<27>(a[i]), FIELD) + b[i]);
      sum = sbits<37>(sum + sbits<35>(pair * q[i]));
    }
    const sbits<37> low = sbits<37>(sbits<FIELD>(sum));
    dot_b = sbits<20>(dot_b + low);
    dot_a = sbits<20>(dot_a + ((sum - low) >> FIELD));
  }
}

inline void mac(hls::stream<MatmulTask> &tasks, hls::stream<RowBlock> &in, hls::stream<RowBlock> &out,
                hls::stream<word_t> &weights, hls::stream<word_t> &records, hls::stream<Sums> &sums) {
  const MatmulTask task = tasks.read();
  sbits<8> q[K_BLOCKS][ROWS][BLOCK];
#pragma HLS array_partition variable = q dim = 2 complete
#pragma HLS array_partition variable = q dim = 3 complete
#pragma HLS bind_storage variable = q type = ram_2p impl = uram
  ubits<4> rel[K_BLOCKS][ROWS];
#pragma HLS array_partition variable = rel dim = 2 complete
LOAD_ROWS:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
  LOAD_BLOCKS:
    for (int b = 0; b < task.k_blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = K_BLOCKS
#pragma HLS pipeline II = 1
      const RowBlock block = in.read();
      out.write(block);
      rel[b][r] = block.rel;
    LOAD_CODES:
      for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
        q[b][r][i] = block.q[i];
      }
    }
  }

  sbits<53> acc[ROWS][TILE_CHANNELS];
#pragma HLS array_partition variable = acc dim = 0 complete
  Sums finished[ROWS];  // the tile before, leaving a row a cycle while the next one accumulates
#pragma HLS array_partition variable = finished dim = 0 complete
  word_t mults = zero_word();
  enum Expect { RECORD, MULTIPLIERS, CODES } expect = RECORD;
  int kb = 0;
  int part = 0;     // word of the K block
  int leaving = 0;  // rows of `finished` still to be sent
  const int parts = task.w8 ? 4 : 2;
  int left = task.rounds * task.tile_words;
WORDS:
  while (left != 0) {  // II = 1: a word of weights a cycle
#pragma HLS pipeline II = 1
#pragma HLS loop_tripcount min = 4 max = 4194304
    // A tile of fewer words than there are rows waits until the one before has left.
    const bool closes = expect == CODES && part == parts - 1 && kb == task.k_blocks - 1;
    const bool wait = closes && leaving > 1;
    if (leaving != 0) {
      sums.write(finished[task.rows - leaving]);
      --leaving;
    }
    if (wait) continue;
    const word_t word = weights.read();
    --left;
    if (expect == RECORD) {
      records.write(word);
      expect = MULTIPLIERS;
    } else if (expect == MULTIPLIERS) {
      mults = word;
      expect = CODES;
    } else {
      sbits<8> code[WORD_CHANNELS][BLOCK];
#pragma HLS array_partition variable = code dim = 0 complete
      decode_codes(word, task.w8, task.codebook, code);
    MAC_ROWS:
      for (int r = 0; r < unrolled(task.rows, ROWS); ++r) {
#pragma HLS unroll
      MAC_PAIRS:
        for (int pair = 0; pair < WORD_CHANNELS; pair += 2) {
#pragma HLS unroll
          sbits<20> dot[2];
#pragma HLS array_partition variable = dot complete
          dot_pair(q[kb][r], code[pair], code[pair + 1], dot[0], dot[1]);
        MAC_CHANNELS:
          for (int i = 0; i < 2; ++i) {
#pragma HLS unroll
            const int channel = (task.w8 ? 2 : WORD_CHANNELS) * part + pair + i;
            if (!task.w8 || pair == 0) {
              const ubits<8> mult = get_byte(mults, TILE_CHANNELS * (kb % GROUP_BLOCKS) + channel);
              const sbits<28> scaled = sbits<28>(sbits<28>(dot[i]) * sbits<9>(mult));
              const sbits<53> before = kb == 0 ? sbits<53>(0) : acc[r][channel];
              acc[r][channel] = sbits<53>(before + shl<43>(sbits<43>(scaled), int(rel[kb][r])));
            }
          }
        }
      }
      if (++part == parts) {
        part = 0;
        ++kb;
        if (kb == task.k_blocks) {
        FINISH_ROWS:
          for (int r = 0; r < unrolled(task.rows, ROWS); ++r) {
#pragma HLS unroll
          FINISH_CHANNELS:
            for (int c = 0; c < TILE_CHANNELS; ++c) {
#pragma HLS unroll
              finished[r].acc[c] = acc[r][c];
            }
          }
          leaving = task.rows;
          kb = 0;
          expect = RECORD;
        } else if (kb % GROUP_BLOCKS == 0) {
          expect = MULTIPLIERS;
        }
      }
    }
  }
LAST_ROWS:
  for (; leaving != 0; --leaving) {
#pragma HLS loop_tripcount min = 1 max = ROWS
#pragma HLS pipeline II = 1
    sums.write(finished[task.rows - leaving]);
  }
}

#else  // the same on a CPU, a tile at a time; the exact build, which runs the above, gives the same bits

inline void mac(hls::stream<MatmulTask> &tasks, hls::stream<RowBlock> &in, hls::stream<RowBlock> &out,
                hls::stream<word_t> &weights, hls::stream<word_t> &records, hls::stream<Sums> &sums) {
  const MatmulTask task = tasks.read();
  cpu::Rows rows;
  for (int r = 0; r < task.rows; ++r) {
    for (int b = 0; b < task.k_blocks; ++b) {
      const RowBlock block = in.read();
      out.write(block);
      cpu::load(rows, b * task.rows + r, block.q, block.rel);
    }
  }
  Sums tile[ROWS];
  for (int t = 0; t < task.rounds; ++t) {
    const word_t *words = weights.take(std::size_t(task.tile_words));
    records.write(words[0]);
    cpu::mac_tile(words + 1, task.k_blocks, task.w8, task.codebook, rows, task.rows, &tile[0].acc);
    for (int r = 0; r < task.rows; ++r) sums.write(tile[r]);
  }
}

#endif

// The end of the chain of ports.
inline void drop_rows(hls::stream<MatmulTask> &tasks, hls::stream<RowBlock> &in) {
  const MatmulTask task = tasks.read();
DROP:
  for (int i = 0; i < task.rows * task.k_blocks; ++i) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = ROWS * K_BLOCKS
#pragma HLS pipeline II = 1
    in.read();
  }
}

}  // namespace ofpga

#endif  // OFPGA_MATMUL_MAC_HPP
