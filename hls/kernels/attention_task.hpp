// An ATTENTION command as the stages of the kernel take it, and the items of work it is cut into.
#ifndef OFPGA_ATTENTION_TASK_HPP
#define OFPGA_ATTENTION_TASK_HPP

#include "ofpga_kv.hpp"

namespace ofpga {

struct AttentionTask {
  int rows;
  int q_heads;
  int kv_heads;
  int group;  // query heads of a key/value head
  uint32_t q_addr;
  uint32_t y_addr;
  uint32_t kv_addr;
  uint32_t block_stride;
  uint32_t segments_addr;
  int segments;
  uint32_t window;
  bool causal;
  KvLayout layout;
};

inline AttentionTask attention_task(const word_t &word) {
#pragma HLS inline
  uint8_t bytes[WORD_BYTES];
#pragma HLS array_partition variable = bytes complete
  unpack(word, bytes);
  const AttentionCommand c = decode_attention(bytes);
  AttentionTask t;
  t.rows = c.rows;
  t.q_heads = c.q_heads;
  t.kv_heads = c.kv_heads;
  t.group = c.q_heads / c.kv_heads;
  t.q_addr = c.q_addr;
  t.y_addr = c.y_addr;
  t.kv_addr = c.kv_addr;
  t.block_stride = c.block_stride;
  t.segments_addr = c.segments_addr;
  t.segments = int(c.segments);
  t.window = c.window;
  t.causal = (c.flags & FLAG_CAUSAL) != 0;
  t.layout = kv_layout(c.kv_heads, c.head_blocks);
  return t;
}

// One pass over the keys and one over the values of the KV blocks [first_block, first_block + blocks) of a segment:
// on every port the chunk at `slot`, for up to LANES queries. A query is a row and a head of the chunk's group; lane
// l sees tokens [low[l], high[l]).
struct Item {
  bool last;  // no item: the command's work is done
  int slot;
  int lanes;
  int first_block;
  int blocks;
  int row[LANES];
  int head[LANES];  // within the group
  uint32_t low[LANES];
  uint32_t high[LANES];
};

constexpr int CHUNK_PASS_WORDS = EXPONENT_WORDS + PAGE_TOKENS * HEAD_BLOCKS * BLOCK / BYTES;  // of a pass, at most

// A block of a query, for the ports of one key/value head.
struct QueryBlock {
  sbits<8> q[BLOCK];
  ubits<5> exponent;
};

// One value for each lane.
struct LaneScores {
  sbits<32> s[LANES];
};

// What waits in the FIFO of scores: hardware sends a token at a time, a CPU a chunk.
#if OFPGA_FAST
struct Scores {
  sbits<32> s[LANES][PAGE_TOKENS];
};
#else
using Scores = LaneScores;
#endif

// Sixteen sums of one lane: a word of results to be.
struct LaneSums {
  sbits<61> a[INTS];
};

// The head of the chunk that port `port` holds at `slot`, and which of the head's chunks it is.
struct PortChunk {
  bool exists;
  int head;
  int part;
};

inline PortChunk port_chunk(const AttentionTask &task, int slot, int port) {
#pragma HLS inline
  const int u = slot * PORTS + port;
  return PortChunk{u < (task.kv_heads << task.layout.split_log2), u >> task.layout.split_log2,
                   u & (task.layout.split - 1)};
}

}  // namespace ofpga

#endif  // OFPGA_ATTENTION_TASK_HPP
