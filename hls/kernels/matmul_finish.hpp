// The way out of MATMUL: sums to results (docs/numerics.md, 4.3 to 4.6), results of all ports to memory.
//
//   mac of port p -> finish of port p -> write_rows
#ifndef OFPGA_MATMUL_FINISH_HPP
#define OFPGA_MATMUL_FINISH_HPP

#include "matmul_mac.hpp"
#if OFPGA_FAST
#include "matmul_finish_cpu.hpp"
#endif

namespace ofpga {

// Steps 3 to 5 for one channel of one row.
inline sbits<32> scaled_result(sbits<53> acc, const RowScale &scale, ubits<16> channel_mantissa, sbits<16> exponent,
                              sbits<32> bias) {
#pragma HLS inline
  const int bits = bit_length<53>(magnitude<53>(acc));
  const int shift = bits > ACC_NORM_BITS ? bits - ACC_NORM_BITS : 0;
  const sbits<32> am = sbits<32>(rhu<54>(sbits<54>(acc), shift));
  const sbits<48> am_scaled = sbits<48>(sbits<48>(am) * sbits<17>(channel_mantissa));
  const sbits<64> product = sbits<64>(sbits<64>(am_scaled) * sbits<17>(scale.rm));
  const sbits<32> r = shift32(product, shift + int(exponent) + int(scale.re));
  return sat32<34>(sbits<34>(sbits<34>(r) + bias));
}

// The results of a row of a tile.
inline Eight finished_row(const MatmulTask &task, const Sums &sums, const RowScale &scale, const word_t &record,
                          const Eight &old) {
#pragma HLS inline
  Eight result = eight_zeros();
  sbits<32> gate = 0;
FINISH_CHANNELS:
  for (int c = 0; c < TILE_CHANNELS; ++c) {  // II = 1: one scaling unit a port, a result a cycle
#pragma HLS pipeline II = 1
    const sbits<32> r = scaled_result(sums.acc[c], scale, get_u16(record, 4 * c), get_s16(record, 4 * c + 1),
                                      get_s32(record, 2 * c + 1));
    if (task.silu) {
      if (c % 2 == 0) {
        gate = silu(r);
      } else {  // |gate * up| <= 2^62
        result.v[c / 2] = sat32<64>(rhu<64>(sbits<64>(sbits<64>(gate) * r), FRAC_BITS));
      }
    } else if (task.gelu) {
      result.v[c] = gelu(r);
    } else if (task.residual) {
      result.v[c] = sat32<34>(sbits<34>(sbits<34>(old.v[c]) + r));
    } else {
      result.v[c] = r;
    }
  }
  return result;
}

// The results of one port: a row of a tile at a time, tiles in their order.
inline void finish(hls::stream<MatmulTask> &tasks, int port, hls::stream<RowScale> &scales,
                   hls::stream<word_t> &records, hls::stream<Sums> &sums, hls::stream<Eight> &residual,
                   hls::stream<Eight> &results) {
  const MatmulTask task = tasks.read();
  RowScale scale[ROWS];
SCALES:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
#pragma HLS pipeline II = 1
    scale[r] = scales.read();
  }
FINISH_TILES:
  for (int round = 0; round < task.rounds; ++round) {
    const word_t record = records.read();
    const bool exists = round * PORTS + port < task.n_tiles;
#if OFPGA_FAST  // the same, the channels of a row side by side
    cpu::finish_tile(task, exists, scale, record, sums, residual, results);
#else
  FINISH_ROWS:
    for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
      const Sums row = sums.read();
      if (exists) {
        Eight old = eight_zeros();
        if (task.residual) old = residual.read();
        results.write(finished_row(task, row, scale[r], record, old));
      }
    }
#endif
  }
}

// Gathers the ports' results into words. A row of an output is a whole number of words.
inline void write_rows(hls::stream<MatmulTask> &tasks, hls::stream<Eight> (&results)[PORTS], word_t *act,
                       hls::stream<status_t> &done) {
  const MatmulTask task = tasks.read();
  const int outputs = task.silu ? TILE_CHANNELS / 2 : TILE_CHANNELS;  // of a tile
  const int pieces = INTS / outputs;                                  // tiles that fill a word
  const uint32_t row_words = uint32_t(task.n_tiles / pieces);
  word_t line[ROWS];  // words being filled: with few ports a word takes several rounds
WRITE_ROUNDS:
  for (int round = 0; round < task.rounds; ++round) {
  WRITE_ROWS:
    for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    WRITE_TILES:
      for (int p = 0; p < PORTS; ++p) {  // II = 1
#pragma HLS pipeline II = 1
        const int tile = round * PORTS + p;
        if (tile < task.n_tiles) {
          Eight result = eight_zeros();
        FROM_PORT:
          for (int from = 0; from < PORTS; ++from) {
#pragma HLS unroll
            if (from == p) result = results[from].read();
          }
          const int piece = tile % pieces;
        PLACE:
          for (int c = 0; c < TILE_CHANNELS; ++c) {
#pragma HLS unroll
            if (c < outputs) set_s32(line[r], piece * outputs + c, result.v[c]);
          }
          if (piece == pieces - 1) act[task.y_addr + uint32_t(r) * row_words + uint32_t(tile / pieces)] = line[r];
        }
      }
    }
  }
  done.write(status_t(uint8_t(Status::OK)));
}

}  // namespace ofpga

#endif  // OFPGA_MATMUL_FINISH_HPP
