// The way out of the kv_cache kernel: q records to the activation space, keys and values to their ports, blocks
// copied.
//
//   scatter -> write_records, store (port p) -> finish
//
// A token's exponents, and the keys of small heads, are part of a word: such words are read, patched and written
// back.
#ifndef OFPGA_KV_CACHE_STORE_HPP
#define OFPGA_KV_CACHE_STORE_HPP

#include "kv_cache_task.hpp"

namespace ofpga {

constexpr int COPY_WORDS = 256;  // copied at a time: long bursts each way

// A patch to the port it belongs to.
inline void send_patch(hls::stream<Patch> (&patches)[PORTS], int port, const Patch &patch) {
#pragma HLS inline
SEND:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    if (p == port) patches[p].write(patch);
  }
}

// The exponents and mantissas of one key or value head (values: 1) of a token at `slot`.
inline void scatter_head(const KvTask &task, uint32_t slot, int head, int values, hls::stream<HeadBlock> &blocks,
                         hls::stream<Patch> (&patches)[PORTS]) {
  const KvLayout &k = task.layout;
  const int in_block = int(slot % PAGE_TOKENS);
  const int token = in_block & (k.tokens - 1);
  const int u = (head << k.split_log2) + in_block / k.tokens;
  const int port = u % PORTS;
  const uint32_t chunk =
      task.kv_addr + (slot / PAGE_TOKENS) * task.block_stride + uint32_t((u / PORTS) * k.chunk_words);
  const uint32_t mantissas = chunk + uint32_t(k.exponent_words + values * k.mantissa_words);
  word_t data = zero_word();
  int first = (token * k.head_blocks * BLOCK) % BYTES;
  ubits<5> exponent[HEAD_BLOCKS];
SCATTER_BLOCKS:
  for (int b = 0; b < k.head_blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = HEAD_BLOCKS
#pragma HLS pipeline II = 1
    const HeadBlock block = blocks.read();
    exponent[b] = block.exponent;
    const int at = (token * k.head_blocks + b) * BLOCK;
  SCATTER_BYTES:
    for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
      set_byte(data, at % BYTES + i, ubits<8>(block.q[i]));
    }
    if (at % BYTES == HALF || b == k.head_blocks - 1) {
      send_patch(patches, port, Patch{false, mantissas + uint32_t(at / BYTES), first, at % BYTES + BLOCK, data});
      first = 0;
    }
  }
  first = (values * k.tokens + token) * k.head_blocks;
SCATTER_EXPONENTS:
  for (int b = 0; b < k.head_blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = HEAD_BLOCKS
#pragma HLS pipeline II = 1
    const int at = (values * k.tokens + token) * k.head_blocks + b;
    set_byte(data, at % BYTES, ubits<8>(exponent[b]));
    if (at % BYTES == BYTES - 1 || b == k.head_blocks - 1) {
      send_patch(patches, port, Patch{false, chunk + uint32_t(at / BYTES), first % BYTES, at % BYTES + 1, data});
      first = at + 1;
    }
  }
}

// The q record of a row: mantissas of all query heads, then their exponents.
inline void scatter_queries(const KvTask &task, hls::stream<HeadBlock> &blocks, hls::stream<word_t> &records) {
  const int total = task.q_heads * task.layout.head_blocks;
  ubits<5> exponent[K_BLOCKS];
  word_t word = zero_word();
RECORD_BLOCKS:
  for (int b = 0; b < total; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = K_BLOCKS
#pragma HLS pipeline II = 1
    const HeadBlock block = blocks.read();
    exponent[b] = block.exponent;
  RECORD_BYTES:
    for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
      set_byte(word, (b % 2) * HALF + i, ubits<8>(block.q[i]));
    }
    if (b % 2 == 1) records.write(word);
  }
RECORD_EXPONENTS:
  for (int b = 0; b < total; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = K_BLOCKS
#pragma HLS pipeline II = 1
    const int at = (total * BLOCK + b) % BYTES;
    set_byte(word, at, ubits<8>(exponent[b]));
    if (at == BYTES - 1 || b == total - 1) records.write(word);
  }
}

// Sends every block of a row where it belongs.
inline void scatter(hls::stream<KvTask> &tasks, hls::stream<uint32_t> &slots, hls::stream<HeadBlock> &blocks,
                    hls::stream<word_t> &records, hls::stream<Patch> (&patches)[PORTS]) {
  const KvTask task = tasks.read();
SCATTER_ROWS:
  for (int r = 0; r < task.rows; ++r) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const uint32_t slot = slots.read();
    scatter_queries(task, blocks, records);
  SCATTER_KINDS:
    for (int values = 0; values < 2; ++values) {
    SCATTER_HEADS:
      for (int h = 0; h < task.kv_heads; ++h) {
#pragma HLS loop_tripcount min = 1 max = K_BLOCKS
        scatter_head(task, slot, h, values, blocks, patches);
      }
    }
  }
  if (!task.copy) {
  LAST_PATCH:
    for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
      patches[p].write(Patch{true, 0, 0, 0, zero_word()});
    }
  }
}

inline void write_records(hls::stream<KvTask> &tasks, hls::stream<word_t> &records, word_t *act,
                          hls::stream<token_t> &written) {
  const KvTask task = tasks.read();
  const uint32_t total =
      task.copy ? 0 : uint32_t(task.rows) * uint32_t(q_record_words(task.q_heads, task.layout.head_blocks));
WRITE_RECORDS:
  for (uint32_t w = 0; w < total; ++w) {  // II = 1, one burst: records follow one another
#pragma HLS loop_tripcount min = 1 max = ROWS * (K_BLOCKS + 1) / 2
#pragma HLS pipeline II = 1
    act[task.q_addr + w] = records.read();
  }
  written.write(token_t(0));
}

// One port's patches or copies, in their order.
inline void store(hls::stream<KvTask> &tasks, hls::stream<Patch> &patches, hls::stream<Pair> &pairs, word_t *port,
                  hls::stream<token_t> &stored) {
  const KvTask task = tasks.read();
  if (!task.copy) {
  PATCHES:
    while (true) {  // a patch may hit the word of the one before: not pipelined
#pragma HLS loop_tripcount min = 0 max = 4 * ROWS * HEAD_BLOCKS
      const Patch patch = patches.read();
      if (patch.last) break;
      word_t word = patch.data;
      if (patch.first != 0 || patch.end != BYTES) {
        word = port[patch.address];
      PATCH_BYTES:
        for (int i = 0; i < BYTES; ++i) {
#pragma HLS unroll
          if (patch.first <= i && i < patch.end) set_byte(word, i, get_byte(patch.data, i));
        }
      }
      port[patch.address] = word;
    }
  } else {
    word_t buffer[COPY_WORDS];
  PAIRS:
    while (true) {
#pragma HLS loop_tripcount min = 1 max = 4096
      const Pair pair = pairs.read();
      if (pair.last) break;
      const uint32_t from = task.kv_addr + pair.source * task.block_stride;
      const uint32_t to = task.kv_addr + pair.destination * task.block_stride;
    COPY_PARTS:
      for (uint32_t at = 0; at < task.block_stride; at += COPY_WORDS) {
#pragma HLS loop_tripcount min = 1 max = 64
        const uint32_t left = task.block_stride - at;
        const uint32_t count = left < COPY_WORDS ? left : uint32_t(COPY_WORDS);
      COPY_IN:
        for (uint32_t w = 0; w < count; ++w) {  // II = 1, one burst
#pragma HLS loop_tripcount min = 1 max = COPY_WORDS
#pragma HLS pipeline II = 1
          buffer[w] = port[from + at + w];
        }
      COPY_OUT:
        for (uint32_t w = 0; w < count; ++w) {  // II = 1, one burst
#pragma HLS loop_tripcount min = 1 max = COPY_WORDS
#pragma HLS pipeline II = 1
          port[to + at + w] = buffer[w];
        }
      }
    }
  }
  stored.write(token_t(0));
}

// All has been written.
inline void finish(hls::stream<token_t> &written, hls::stream<token_t> (&stored)[PORTS],
                   hls::stream<status_t> &done) {
  written.read();
FINISH_PORTS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    stored[p].read();
  }
  done.write(status_t(uint8_t(Status::OK)));
}

}  // namespace ofpga

#endif  // OFPGA_KV_CACHE_STORE_HPP
