// A KV_WRITE or KV_COPY command as the stages of the kernel take it.
#ifndef OFPGA_KV_CACHE_TASK_HPP
#define OFPGA_KV_CACHE_TASK_HPP

#include "ofpga_kv.hpp"

namespace ofpga {

struct KvTask {
  bool copy;  // KV_COPY: of the fields only kv_addr, block_stride and those of the list count
  int rows;
  int q_heads;
  int kv_heads;
  uint32_t x_addr;
  uint32_t q_addr;
  uint32_t kv_addr;
  uint32_t block_stride;
  uint32_t list_addr;  // slots, or pairs
  uint32_t rope_addr;
  uint32_t pairs;
  bool rope;
  KvLayout layout;
};

inline KvTask kv_task(const word_t &word) {
#pragma HLS inline
  uint8_t bytes[WORD_BYTES];
#pragma HLS array_partition variable = bytes complete
  unpack(word, bytes);
  KvTask t;
  t.copy = bytes[0] == uint8_t(Opcode::KV_COPY);
  if (t.copy) {
    const KvCopyCommand c = decode_kv_copy(bytes);
    t.rows = t.q_heads = t.kv_heads = 0;
    t.x_addr = t.q_addr = t.rope_addr = 0;
    t.kv_addr = c.kv_addr;
    t.block_stride = c.block_stride;
    t.list_addr = c.pairs_addr;
    t.pairs = c.pairs;
    t.rope = false;
    t.layout = kv_layout(1, 1);
  } else {
    const KvWriteCommand c = decode_kv_write(bytes);
    t.rows = c.rows;
    t.q_heads = c.q_heads;
    t.kv_heads = c.kv_heads;
    t.x_addr = c.x_addr;
    t.q_addr = c.q_addr;
    t.kv_addr = c.kv_addr;
    t.block_stride = c.block_stride;
    t.list_addr = c.slots_addr;
    t.rope_addr = c.rope_addr;
    t.pairs = 0;
    t.rope = (c.flags & FLAG_ROPE) != 0;
    t.layout = kv_layout(c.kv_heads, c.head_blocks);
  }
  return t;
}

// A quantised block of a query, key or value head.
struct HeadBlock {
  sbits<8> q[BLOCK];
  ubits<5> exponent;
};

// Bytes [first, end) of a word of a port's memory.
struct Patch {
  bool last;  // no patch: the command's work is done
  uint32_t address;
  int first;
  int end;
  word_t data;
};

// A KV block to copy on every port.
struct Pair {
  bool last;  // no pair: the command's work is done
  uint32_t source;
  uint32_t destination;
};

}  // namespace ofpga

#endif  // OFPGA_KV_CACHE_TASK_HPP
