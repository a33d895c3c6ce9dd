// The second pass of ATTENTION: weights from the scores, weighted sums of the values, one division
// (docs/numerics.md, 8).
//
//   weigh (port p) -> merge_sums (all ports of a head) -> memory
#ifndef OFPGA_ATTENTION_VALUES_HPP
#define OFPGA_ATTENTION_VALUES_HPP

#include "attention_scores.hpp"

namespace ofpga {

struct LaneTotal {  // L of one lane
  ubits<34> sum;
};

#if !OFPGA_FAST

// Weights of the tokens of one chunk, the first of them at `position`, and their share in the sums L and A.
inline void weigh_chunk(const Item &item, const KvLayout &k, uint32_t position, const LaneScores &peak,
                        hls::stream<word_t> &values, hls::stream<Scores> &scores, ubits<34> (&total)[LANES],
                        sbits<61> (&sum)[LANES][HEAD_BLOCKS][BLOCK]) {
#pragma HLS inline
  word_t exponents[EXPONENT_WORDS];
#pragma HLS array_partition variable = exponents complete
WEIGH_EXPONENTS:
  for (int w = 0; w < k.exponent_words; ++w) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = EXPONENT_WORDS
#pragma HLS pipeline II = 1
    exponents[w] = values.read();
  }
  ubits<17> p[LANES];
#pragma HLS array_partition variable = p complete
  word_t word = zero_word();
  ChunkCursor at{0, 0, 0};
  const int halves = k.tokens * k.head_blocks;
WEIGH_BLOCKS:
  for (int n = 0; n < halves; ++n) {  // II = 1: half a word of values a cycle
#pragma HLS loop_tripcount min = 1 max = PAGE_TOKENS * HEAD_BLOCKS
#pragma HLS pipeline II = 1
    if (at.half % 2 == 0) word = values.read();
    const int value_exponent = int(get_byte(exponents[(halves + n) / BYTES], (halves + n) % BYTES));
    if (at.block == 0) {
      const LaneScores token = scores.read();
      const uint32_t j = position + uint32_t(at.token);
    WEIGHTS:
      for (int l = 0; l < unrolled(item.lanes, LANES); ++l) {
#pragma HLS unroll
        const bool seen = item.low[l] <= j && j < item.high[l];
        const ubits<32> distance = ubits<32>(ubits<32>(peak.s[l]) - ubits<32>(token.s[l]));  // peak >= score
        p[l] = seen ? exp2_weight(distance) : ubits<17>(0);
        total[l] = ubits<34>(total[l] + p[l]);
      }
    }
  WEIGH_LANES:
    for (int l = 0; l < unrolled(item.lanes, LANES); ++l) {
#pragma HLS unroll
    WEIGH_ELEMENTS:
      for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
        const sbits<24> product = sbits<24>(sbits<18>(p[l]) * get_s8(word, (at.half % 2) * HALF + i));
        sum[l][at.block][i] = sbits<61>(sum[l][at.block][i] + shl<44>(sbits<44>(product), value_exponent));
      }
    }
    advance(at, k.head_blocks);
  }
}

#else  // the same on a CPU, all tokens of the chunk at once

inline void weigh_chunk(const Item &item, const KvLayout &k, uint32_t position, const LaneScores &peak,
                        hls::stream<word_t> &values, hls::stream<Scores> &scores, ubits<34> (&total)[LANES],
                        sbits<61> (&sum)[LANES][HEAD_BLOCKS][BLOCK]) {
  word_t words[CHUNK_PASS_WORDS];
  for (int w = 0; w < k.exponent_words + k.mantissa_words; ++w) words[w] = values.read();
  const Scores in = scores.read();
  int64_t weight[LANES][PAGE_TOKENS];
  for (int l = 0; l < item.lanes; ++l) {
    total[l] += cpu::weigh_lane(in.s[l], peak.s[l], k.tokens, position, item.low[l], item.high[l], weight[l]);
  }
  const cpu::ChunkBytes chunk{words[0].byte + k.tokens * k.head_blocks, words[k.exponent_words].byte};
  for (int b = 0; b < k.head_blocks; ++b) {
    cpu::ValueBlock block;
    cpu::load_values(chunk, k.tokens, k.head_blocks, b, block);
    for (int l = 0; l < item.lanes; ++l) cpu::add_values(block, weight[l], k.tokens, sum[l][b]);
  }
}

#endif

// p for every token of a port's chunks, and its sums L and A over them.
inline void weigh(hls::stream<AttentionTask> &tasks, int port, hls::stream<Item> &items, hls::stream<word_t> &values,
                  hls::stream<Scores> &scores, hls::stream<LaneScores> &peaks, hls::stream<LaneTotal> &totals,
                  hls::stream<LaneSums> &sums) {
  const AttentionTask task = tasks.read();
  const KvLayout k = task.layout;
WEIGH_ITEMS:
  while (true) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const Item item = items.read();
    if (item.last) break;
    const PortChunk chunk = port_chunk(task, item.slot, port);
    if (!chunk.exists) continue;
    const LaneScores peak = peaks.read();
    ubits<34> total[LANES];
#pragma HLS array_partition variable = total complete
    sbits<61> sum[LANES][HEAD_BLOCKS][BLOCK];
#pragma HLS array_partition variable = sum dim = 0 complete
  CLEAR_LANES:
    for (int l = 0; l < unrolled(item.lanes, LANES); ++l) {
#pragma HLS unroll
      total[l] = 0;
    CLEAR_BLOCKS:
      for (int b = 0; b < unrolled(k.head_blocks, HEAD_BLOCKS); ++b) {
#pragma HLS unroll
      CLEAR_ELEMENTS:
        for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
          sum[l][b][i] = 0;
        }
      }
    }
    uint32_t position = uint32_t(item.first_block * PAGE_TOKENS + chunk.part * k.tokens);
  WEIGH_CHUNKS:
    for (int c = 0; c < item.blocks; ++c) {
#pragma HLS loop_tripcount min = 1 max = CONTEXT / PAGE_TOKENS
      weigh_chunk(item, k, position, peak, values, scores, total, sum);
      position += PAGE_TOKENS;
    }
  SEND_LANES:
    for (int l = 0; l < item.lanes; ++l) {
#pragma HLS loop_tripcount min = 1 max = LANES
      totals.write(LaneTotal{total[l]});
    SEND_WORDS:
      for (int w = 0; w < 2 * k.head_blocks; ++w) {  // II = 1: a word of results to be
#pragma HLS loop_tripcount min = 2 max = 2 * HEAD_BLOCKS
#pragma HLS pipeline II = 1
        LaneSums part;
      SEND_ELEMENTS:
        for (int i = 0; i < INTS; ++i) {
#pragma HLS unroll
          part.a[i] = sum[l][w / 2][(w % 2) * INTS + i];
        }
        sums.write(part);
      }
    }
  }
}

// A / L.
inline sbits<32> divided(sbits<61> a, const Reciprocal &r) {
#pragma HLS inline
  const int bits = bit_length<61>(magnitude<61>(a));
  const int as = bits > ATTN_NORM_BITS ? bits - ATTN_NORM_BITS : 0;
  const sbits<40> am = sbits<40>(rhu<62>(sbits<62>(a), as));
  return sat32<64>(rhu<64>(sbits<64>(sbits<64>(am) * sbits<26>(r.value)), RECIP_BITS + int(r.shift) - as));
}

// Adds the sums of the ports that share a head, divides, and writes the head's part of the row.
inline void merge_sums(hls::stream<AttentionTask> &tasks, hls::stream<Item> &items, hls::stream<int> &first_rows,
                       hls::stream<LaneTotal> (&totals)[PORTS], hls::stream<LaneSums> (&sums)[PORTS], word_t *act,
                       hls::stream<status_t> &done) {
  const AttentionTask task = tasks.read();
  const KvLayout k = task.layout;
  const int head_words = 2 * k.head_blocks;
MERGE_ITEMS:
  while (true) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const Item item = items.read();
    if (item.last) break;
    const int first_row = first_rows.read();
  MERGE_HEADS:
    for (int first = 0; first < PORTS; first += k.split) {
#pragma HLS loop_tripcount min = 1 max = PORTS
      const PortChunk chunk = port_chunk(task, item.slot, first);
      if (!chunk.exists) continue;
    MERGE_LANES:
      for (int l = 0; l < item.lanes; ++l) {
#pragma HLS loop_tripcount min = 1 max = LANES
        ubits<34> total = 0;
      MERGE_TOTALS:
        for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
          if (first <= p && p < first + k.split) total = ubits<34>(total + totals[p].read().sum);
        }
        const Reciprocal inverse = reciprocal(total);
        const int row = first_row + item.row[l];
        const int head = chunk.head * task.group + item.head[l];
        const uint32_t to = task.y_addr + uint32_t(row * task.q_heads + head) * uint32_t(head_words);
      MERGE_WORDS:
        for (int w = 0; w < head_words; ++w) {  // II = 1: sixteen dividers' worth of multipliers, a word a cycle
#pragma HLS loop_tripcount min = 2 max = 2 * HEAD_BLOCKS
#pragma HLS pipeline II = 1
          LaneSums whole;
        MERGE_CLEAR:
          for (int i = 0; i < INTS; ++i) {
#pragma HLS unroll
            whole.a[i] = 0;  // ap_int's default constructor does not
          }
        MERGE_PORTS:
          for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
            if (first <= p && p < first + k.split) {
              const LaneSums part = sums[p].read();
            MERGE_ELEMENTS:
              for (int i = 0; i < INTS; ++i) {
#pragma HLS unroll
                whole.a[i] = sbits<61>(whole.a[i] + part.a[i]);
              }
            }
          }
          word_t word = zero_word();
        DIVIDE:
          for (int i = 0; i < INTS; ++i) {
#pragma HLS unroll
            set_s32(word, i, divided(whole.a[i], inverse));
          }
          act[to + uint32_t(w)] = word;
        }
      }
    }
  }
  done.write(status_t(uint8_t(Status::OK)));
}

}  // namespace ofpga

#endif  // OFPGA_ATTENTION_VALUES_HPP
