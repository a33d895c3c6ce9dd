// The way in of ATTENTION: segments, block tables and queries from the activation space, and the work of every port.
#ifndef OFPGA_ATTENTION_PLAN_HPP
#define OFPGA_ATTENTION_PLAN_HPP

#include "attention_task.hpp"

namespace ofpga {

constexpr int TABLE_BLOCKS = CONTEXT / PAGE_TOKENS;  // of a sequence

// The lanes of an item, from query `query` (row-major: row, head in group) of a segment on.
inline Item plan_item(const AttentionTask &task, const SegmentRecord &segment, int slot, int row, int head) {
  Item item;
  item.last = false;
  item.slot = slot;
  item.lanes = 0;
  uint32_t low = 0xffffffffu;
  uint32_t high = 0;
PLAN_LANES:
  for (int l = 0; l < LANES; ++l) {
#pragma HLS unroll
    item.row[l] = row;
    item.head[l] = head;
    const uint32_t position = segment.start + uint32_t(row) + 1;  // of the token behind the row's own
    item.low[l] = task.window != 0 && position > task.window ? position - task.window : 0;
    item.high[l] = task.causal ? position : segment.length;
    if (row < segment.rows) {
      item.lanes = l + 1;
      low = item.low[l] < low ? item.low[l] : low;
      high = item.high[l] > high ? item.high[l] : high;
    }
    if (++head == task.group) {
      head = 0;
      ++row;
    }
  }
  item.first_block = int(low / PAGE_TOKENS);
  item.blocks = int((high + PAGE_TOKENS - 1) / PAGE_TOKENS) - item.first_block;
  return item;
}

// Sends every port the queries of its head; ports that share a head get the same.
inline void send_queries(const AttentionTask &task, const SegmentRecord &segment, const Item &item, const word_t *act,
                         hls::stream<QueryBlock> (&queries)[PORTS]) {
  const int head_blocks = task.layout.head_blocks;
  const int record_words = q_record_words(task.q_heads, head_blocks);
  const int first_head = (item.slot * PORTS) >> task.layout.split_log2;
QUERY_HEADS:
  for (int h = first_head; h < task.kv_heads && ((h << task.layout.split_log2) < (item.slot + 1) * PORTS); ++h) {
#pragma HLS loop_tripcount min = 1 max = PORTS
  QUERY_LANES:
    for (int l = 0; l < item.lanes; ++l) {
#pragma HLS loop_tripcount min = 1 max = LANES
      const uint32_t record =
          task.q_addr + uint32_t(segment.first_row + item.row[l]) * uint32_t(record_words);
    QUERY_BLOCKS:
      for (int b = 0; b < head_blocks; ++b) {  // II = 2: a word of mantissas and one of exponents
#pragma HLS loop_tripcount min = 1 max = HEAD_BLOCKS
#pragma HLS pipeline II = 2
        const int index = (h * task.group + item.head[l]) * head_blocks + b;
        const int exponent_at = task.q_heads * head_blocks * BLOCK + index;
        const word_t mantissas = act[record + uint32_t(index / 2)];
        const word_t exponents = act[record + uint32_t(exponent_at / BYTES)];
        QueryBlock block;
        block.exponent = ubits<5>(get_byte(exponents, exponent_at % BYTES));
      QUERY_ELEMENTS:
        for (int i = 0; i < BLOCK; ++i) {
#pragma HLS unroll
          block.q[i] = get_s8(mantissas, (index % 2) * HALF + i);
        }
      TO_PORTS:
        for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
          const PortChunk chunk = port_chunk(task, item.slot, p);
          if (chunk.exists && chunk.head == h) queries[p].write(block);
        }
      }
    }
  }
}

// Waits for the dependency, then cuts the segments into items: every slot, every LANES queries.
inline void plan(hls::stream<AttentionTask> &tasks, hls::stream<token_t> &go, const word_t *act,
                 hls::stream<Item> (&fetch_items)[PORTS], hls::stream<uint32_t> (&blocks)[PORTS],
                 hls::stream<Item> (&score_items)[PORTS], hls::stream<QueryBlock> (&queries)[PORTS],
                 hls::stream<Item> &peak_items, hls::stream<Item> (&value_items)[PORTS], hls::stream<Item> &end_items,
                 hls::stream<int> &end_rows) {
  const AttentionTask task = tasks.read();
  go.read();
  uint32_t table[TABLE_BLOCKS];
SEGMENTS:
  for (int s = 0; s < task.segments; ++s) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    uint8_t bytes[WORD_BYTES];
    unpack(act[task.segments_addr + uint32_t(s / 4)], bytes);
    const SegmentRecord segment = decode_segment(bytes, 16 * (s % 4));
    const int table_words = ceil_div(ceil_div(int(segment.length), PAGE_TOKENS), INTS);
  TABLE:
    for (int w = 0; w < table_words; ++w) {  // II = 16: the table's memory takes a number a cycle
#pragma HLS loop_tripcount min = 1 max = TABLE_BLOCKS / INTS
      const word_t word = act[segment.table_addr + uint32_t(w)];
    TABLE_ENTRIES:
      for (int i = 0; i < INTS; ++i) {
#pragma HLS pipeline II = 1
        if (w * INTS + i < TABLE_BLOCKS) table[w * INTS + i] = uint32_t(get_u32(word, i));
      }
    }
  SLOTS:
    for (int slot = 0; slot < task.layout.slots; ++slot) {
      int row = 0;
      int head = 0;
    GROUPS:
      while (row < segment.rows) {
#pragma HLS loop_tripcount min = 1 max = ROWS
        const Item item = plan_item(task, segment, slot, row, head);
      ITEM_PORTS:
        for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
          fetch_items[p].write(item);
          score_items[p].write(item);
          value_items[p].write(item);
        }
        peak_items.write(item);
        end_items.write(item);
        end_rows.write(int(segment.first_row));
        send_queries(task, segment, item, act, queries);
      PASSES:
        for (int pass = 0; pass < 2; ++pass) {  // keys, values
        BLOCKS:
          for (int b = 0; b < item.blocks; ++b) {  // II = 1
#pragma HLS loop_tripcount min = 1 max = TABLE_BLOCKS
#pragma HLS pipeline II = 1
          BLOCK_PORTS:
            for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
              blocks[p].write(table[item.first_block + b]);
            }
          }
        }
        row = item.row[item.lanes - 1];
        head = item.head[item.lanes - 1] + 1;
        if (head == task.group) {
          head = 0;
          ++row;
        }
      }
    }
  }
  Item end{};
  end.last = true;
END_PORTS:
  for (int p = 0; p < PORTS; ++p) {
#pragma HLS unroll
    fetch_items[p].write(end);
    score_items[p].write(end);
    value_items[p].write(end);
  }
  peak_items.write(end);
  end_items.write(end);
}

// The words of a port's chunks: exponents and keys of every block of an item, then exponents and values.
inline void fetch_chunks(hls::stream<AttentionTask> &tasks, int port, hls::stream<Item> &items,
                         hls::stream<uint32_t> &blocks, const word_t *memory, hls::stream<word_t> &keys,
                         hls::stream<word_t> &values) {
  const AttentionTask task = tasks.read();
  const KvLayout k = task.layout;
FETCH_ITEMS:
  while (true) {
#pragma HLS loop_tripcount min = 1 max = ROWS
    const Item item = items.read();
    if (item.last) break;
    const bool exists = port_chunk(task, item.slot, port).exists;
  FETCH_PASSES:
    for (int pass = 0; pass < 2; ++pass) {
      const int words = exists ? k.exponent_words + k.mantissa_words : 1;
      uint32_t chunk = 0;
      int w = 0;
      int left = item.blocks * words;
    FETCH_WORDS:
      for (; left > 0; --left) {  // II = 1 across blocks, so that their latencies overlap
#pragma HLS loop_tripcount min = 1 max = TABLE_BLOCKS * 32
#pragma HLS pipeline II = 1
        if (w == 0) {
          chunk = task.kv_addr + blocks.read() * task.block_stride + uint32_t(item.slot * k.chunk_words);
        }
        if (exists) {
          const int skip = pass == 1 && w >= k.exponent_words ? k.mantissa_words : 0;
          const word_t word = memory[chunk + uint32_t(w + skip)];
          if (pass == 0) {
            keys.write(word);
          } else {
            values.write(word);
          }
        }
        w = w + 1 == words ? 0 : w + 1;
      }
    }
  }
}

}  // namespace ofpga

#endif  // OFPGA_ATTENTION_PLAN_HPP
