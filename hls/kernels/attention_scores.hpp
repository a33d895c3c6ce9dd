// The first pass of ATTENTION: keys to scores and their maximum (docs/numerics.md, 8).
//
//   score (port p) -> peaks (all ports of a head) -> the second pass
#ifndef OFPGA_ATTENTION_SCORES_HPP
#define OFPGA_ATTENTION_SCORES_HPP

#include "attention_task.hpp"
#include "ofpga_math.hpp"
#if OFPGA_FAST
#include "attention_cpu.hpp"
#endif

namespace ofpga {

inline sbits<20> dot_block(const sbits<8> (&a)[BLOCK], const sbits<8> (&b)[BLOCK]) {
#pragma HLS inline
  sbits<20> dot = 0;
DOT:
  for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
    dot = sbits<20>(dot + sbits<16>(a[i]) * b[i]);
  }
  return dot;
}

// Which half word of a chunk's mantissas is next: block `block` of token `token`.
struct ChunkCursor {
  int half;
  int token;
  int block;
};

inline void advance(ChunkCursor &at, int head_blocks) {
#pragma HLS inline
  ++at.half;
  if (++at.block == head_blocks) {
    at.block = 0;
    ++at.token;
  }
}

#if !OFPGA_FAST

// Scores of every lane against the tokens of one chunk, the first of them at `position`.
inline void score_chunk(const Item &item, const KvLayout &k, uint32_t position,
                        const QueryBlock (&query)[LANES][HEAD_BLOCKS], hls::stream<word_t> &keys,
                        hls::stream<Scores> &scores, LaneScores &peak) {
#pragma HLS inline
  word_t exponents[EXPONENT_WORDS];
#pragma HLS array_partition variable = exponents complete
SCORE_EXPONENTS:
  for (int w = 0; w < k.exponent_words; ++w) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = EXPONENT_WORDS
#pragma HLS pipeline II = 1
    exponents[w] = keys.read();
  }
  sbits<63> sum[LANES];
#pragma HLS array_partition variable = sum complete
CLEAR_SUMS:
  for (int l = 0; l < LANES; ++l) {
#pragma HLS unroll
    sum[l] = 0;
  }
  word_t word = zero_word();
  ChunkCursor at{0, 0, 0};
SCORE_BLOCKS:
  for (int n = 0; n < k.tokens * k.head_blocks; ++n) {  // II = 1: half a word of keys a cycle
#pragma HLS loop_tripcount min = 1 max = PAGE_TOKENS * HEAD_BLOCKS
#pragma HLS pipeline II = 1
    if (at.half % 2 == 0) word = keys.read();
    const ubits<8> key_exponent = get_byte(exponents[n / BYTES], n % BYTES);
    sbits<8> key[BLOCK];
#pragma HLS array_partition variable = key complete
  KEY_ELEMENTS:
    for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
      key[i] = get_s8(word, (at.half % 2) * HALF + i);
    }
    const bool complete = at.block == k.head_blocks - 1;
    LaneScores token;
    const uint32_t j = position + uint32_t(at.token);
  SCORE_LANES:
    for (int l = 0; l < unrolled(item.lanes, LANES); ++l) {
#pragma HLS unroll
      const QueryBlock &q = query[l][at.block];
      const sbits<60> part = shl<60>(sbits<60>(dot_block(q.q, key)), int(q.exponent) + int(key_exponent));
      const sbits<63> total = sbits<63>(sum[l] + part);
      sum[l] = complete ? sbits<63>(0) : total;
      token.s[l] = sat32<64>(rhu<64>(sbits<64>(total), FRAC_BITS));
      const bool seen = item.low[l] <= j && j < item.high[l];
      if (complete && seen && token.s[l] > peak.s[l]) peak.s[l] = token.s[l];
    }
    if (complete) scores.write(token);
    advance(at, k.head_blocks);
  }
}

#else  // the same on a CPU, all tokens of the chunk at once

inline void score_chunk(const Item &item, const KvLayout &k, uint32_t position,
                        const QueryBlock (&query)[LANES][HEAD_BLOCKS], hls::stream<word_t> &keys,
                        hls::stream<Scores> &scores, LaneScores &peak) {
  word_t words[CHUNK_PASS_WORDS];
  for (int w = 0; w < k.exponent_words + k.mantissa_words; ++w) words[w] = keys.read();
  cpu::KeyBlocks blocks;
  cpu::load_keys({words[0].byte, words[k.exponent_words].byte}, k.tokens, k.head_blocks, blocks);
  Scores out;
  for (int l = 0; l < item.lanes; ++l) {
    const int32_t most = cpu::score_lane(blocks, query[l], k, position, item.low[l], item.high[l], out.s[l]);
    if (most > peak.s[l]) peak.s[l] = most;
  }
  scores.write(out);
}

#endif

// Scores of every lane against every token of the port's chunks, and each lane's largest. A token that a lane does
// not see gets no say in the maximum; the second pass gives it no weight.
inline void score(hls::stream<AttentionTask> &tasks, int port, hls::stream<Item> &items,
                  hls::stream<QueryBlock> &queries, hls::stream<word_t> &keys, hls::stream<Scores> &scores,
                  hls::stream<LaneScores> &peaks) {
  const AttentionTask task = tasks.read();
  const KvLayout k = task.layout;
SCORE_ITEMS:
  while (true) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const Item item = items.read();
    if (item.last) break;
    const PortChunk chunk = port_chunk(task, item.slot, port);
    if (!chunk.exists) continue;
    QueryBlock query[LANES][HEAD_BLOCKS];
#pragma HLS array_partition variable = query dim = 1 complete
  LOAD_LANES:
    for (int l = 0; l < item.lanes; ++l) {
#pragma HLS loop_tripcount min = 1 max = LANES
    LOAD_BLOCKS:
      for (int b = 0; b < k.head_blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = HEAD_BLOCKS
#pragma HLS pipeline II = 1
        query[l][b] = queries.read();
      }
    }
    LaneScores peak;
  CLEAR:
    for (int l = 0; l < LANES; ++l) {
#pragma HLS unroll
      peak.s[l] = sbits<32>(INT32_MIN);  // the smallest score there is: changes no maximum
    }
    uint32_t position = uint32_t(item.first_block * PAGE_TOKENS + chunk.part * k.tokens);
  SCORE_CHUNKS:
    for (int c = 0; c < item.blocks; ++c) {
#pragma HLS loop_tripcount min = 1 max = CONTEXT / PAGE_TOKENS
      score_chunk(item, k, position, query, keys, scores, peak);
      position += PAGE_TOKENS;
    }
    peaks.write(peak);
  }
}

// The maximum over the ports that share a head, back to each of them.
inline void merge_peaks(hls::stream<AttentionTask> &tasks, hls::stream<Item> &items,
                        hls::stream<LaneScores> (&parts)[PORTS], hls::stream<LaneScores> (&wholes)[PORTS]) {
  const AttentionTask task = tasks.read();
PEAK_ITEMS:
  while (true) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const Item item = items.read();
    if (item.last) break;
    LaneScores part[PORTS];
#pragma HLS array_partition variable = part complete
  PEAK_READ:
    for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
      if (port_chunk(task, item.slot, p).exists) part[p] = parts[p].read();
    }
  PEAK_PORTS:
    for (int p = 0; p < PORTS; ++p) {  // II = 1: a head's chunks lie on neighbouring ports
#pragma HLS pipeline II = 1
      const PortChunk chunk = port_chunk(task, item.slot, p);
      if (chunk.exists) {
        LaneScores whole = part[p];
        const int first = p - chunk.part;
      PEAK_PARTS:
        for (int s = 0; s < unrolled(task.layout.split, SPLIT_MAX); ++s) {
#pragma HLS unroll
          if (s < task.layout.split) {
          PEAK_LANES:
            for (int l = 0; l < LANES; ++l) {
#pragma HLS unroll
              const sbits<32> other = part[first + s].s[l];
              whole.s[l] = other > whole.s[l] ? other : whole.s[l];
            }
          }
        }
      PEAK_WRITE:
        for (int to = 0; to < PORTS; ++to) {
#pragma HLS unroll
          if (to == p) wholes[to].write(whole);
        }
      }
    }
  }
}

}  // namespace ofpga

#endif  // OFPGA_ATTENTION_SCORES_HPP
