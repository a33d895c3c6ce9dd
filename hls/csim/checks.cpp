#include "checks.hpp"

#include <algorithm>

#include "ofpga_kv.hpp"

namespace ofpga {
namespace {

constexpr uint64_t INT_BYTES = 4;

bool zero(uint64_t value) { return value == 0; }

template <std::size_t N>
bool zero(const uint64_t (&values)[N]) {
  return std::all_of(values, values + N, [](uint64_t v) { return v == 0; });
}

// The 32-bit integer `i` of the list at word `address`.
uint32_t list_entry(const CardMemory &memory, uint64_t address, uint64_t i) {
  const uint8_t *b = memory.act + WORD_BYTES * address + INT_BYTES * i;
  return uint32_t(b[0]) | uint32_t(b[1]) << 8 | uint32_t(b[2]) << 16 | uint32_t(b[3]) << 24;
}

uint64_t largest_entry(const CardMemory &memory, uint64_t address, uint64_t count) {
  uint32_t most = 0;
  for (uint64_t i = 0; i < count; ++i) most = std::max(most, list_entry(memory, address, i));
  return most;
}

// KV blocks 0..last as far as one layer reaches lie in the ports.
bool blocks_fit(const CardMemory &memory, uint64_t kv_addr, uint64_t stride, uint64_t last, const KvLayout &layout) {
  return memory.ports_hold(kv_addr, last * stride + uint64_t(layout.slots) * uint64_t(layout.chunk_words));
}

Status result(bool fields, bool dep, bool addresses) {
  return !fields ? Status::BAD_FIELD : !dep ? Status::BAD_DEP : !addresses ? Status::BAD_ADDRESS : Status::OK;
}

// ---------------------------------------------------------------------------------------------------- fields
bool fields_ok(const MatmulCommand &c) {
  const int8_t *lowest = std::min_element(c.codebook, c.codebook + CODEBOOK_SIZE);
  const bool w4 = c.format == uint8_t(WeightFormat::W4);
  // SILU leaves four channels of a tile: fewer than four tiles would not fill a word of a row
  const uint32_t tiles = c.epilogue == uint8_t(Epilogue::SILU) ? 4 : 2;
  return (c.flags & ~(FLAG_NORM | FLAG_GATHER)) == 0 && c.reserved0 == 0 && zero(c.reserved1) && c.rows >= 1 &&
         c.rows <= ROWS && c.k_blocks >= 1 && c.k_blocks <= K_BLOCKS && c.n_tiles != 0 && c.n_tiles % tiles == 0 &&
         c.format <= uint8_t(WeightFormat::W8) && c.epilogue <= uint8_t(Epilogue::GELU) &&
         (!w4 || *lowest >= -MANTISSA_MAX);
}

bool heads_ok(uint16_t rows, uint16_t q_heads, uint16_t kv_heads, uint16_t head_blocks) {
  return rows >= 1 && rows <= ROWS && q_heads >= 1 && kv_heads >= 1 && q_heads % kv_heads == 0 && head_blocks >= 1 &&
         head_blocks <= HEAD_BLOCKS && int(q_heads) * head_blocks <= K_BLOCKS;
}

bool fields_ok(const KvWriteCommand &c) {
  return (c.flags & ~FLAG_ROPE) == 0 && zero(c.reserved0) && heads_ok(c.rows, c.q_heads, c.kv_heads, c.head_blocks);
}

bool fields_ok(const AttentionCommand &c) {
  return (c.flags & ~FLAG_CAUSAL) == 0 && c.reserved0 == 0 && zero(c.reserved1) &&
         heads_ok(c.rows, c.q_heads, c.kv_heads, c.head_blocks) && c.segments >= 1 && c.segments <= c.rows;
}

bool fields_ok(const KvCopyCommand &c) { return c.flags == 0 && zero(c.reserved0); }

bool fields_ok(const FenceCommand &c) { return (c.flags & ~FLAG_END) == 0 && zero(c.reserved0); }

bool segment_ok(const SegmentRecord &s, uint16_t rows) {
  return s.rows >= 1 && int(s.first_row) + s.rows <= rows && uint64_t(s.start) + s.rows == s.length &&
         s.length <= uint32_t(CONTEXT);
}

// ---------------------------------------------------------------------------------------------------- addresses
bool addresses_ok(const MatmulCommand &c, const CardMemory &memory) {
  const uint64_t rounds = (uint64_t(c.n_tiles) + PORTS - 1) / PORTS;
  const uint64_t code_words = c.format == uint8_t(WeightFormat::W8) ? 4 : 2;
  const uint64_t tile_words = 1 + uint64_t(ceil_div(c.k_blocks, GROUP_BLOCKS)) + c.k_blocks * code_words;
  uint64_t x_rows = c.rows;
  if (c.flags & FLAG_GATHER) {
    if (!memory.act_holds(c.index_addr, INT_BYTES * c.rows)) return false;
    x_rows = largest_entry(memory, c.index_addr, c.rows) + 1;
  }
  const uint64_t outputs = c.epilogue == uint8_t(Epilogue::SILU) ? TILE_CHANNELS / 2 : TILE_CHANNELS;
  return memory.ports_hold(c.w_addr, rounds * tile_words) &&
         memory.act_holds(c.x_addr, x_rows * c.k_blocks * BLOCK * INT_BYTES) &&
         memory.act_holds(c.y_addr, c.rows * outputs * c.n_tiles * INT_BYTES);
}

bool addresses_ok(const KvWriteCommand &c, const CardMemory &memory) {
  const uint64_t row_bytes = (uint64_t(c.q_heads) + 2 * c.kv_heads) * c.head_blocks * BLOCK * INT_BYTES;
  const uint64_t record_bytes = uint64_t(WORD_BYTES) * uint64_t(q_record_words(c.q_heads, c.head_blocks));
  const bool rope = (c.flags & FLAG_ROPE) != 0;
  if (!memory.act_holds(c.slots_addr, INT_BYTES * c.rows)) return false;
  const uint64_t last = largest_entry(memory, c.slots_addr, c.rows) / PAGE_TOKENS;
  return memory.act_holds(c.x_addr, c.rows * row_bytes) && memory.act_holds(c.q_addr, c.rows * record_bytes) &&
         (!rope || memory.act_holds(c.rope_addr, uint64_t(WORD_BYTES) * c.rows * c.head_blocks)) &&
         blocks_fit(memory, c.kv_addr, c.block_stride, last, kv_layout(c.kv_heads, c.head_blocks));
}

SegmentRecord segment(const AttentionCommand &c, const CardMemory &memory, uint32_t s) {
  uint8_t bytes[WORD_BYTES];
  memory.read_act(uint64_t(c.segments_addr) + s / 4, bytes);
  return decode_segment(bytes, int(16 * (s % 4)));
}

bool addresses_ok(const AttentionCommand &c, const CardMemory &memory) {
  const uint64_t head_bytes = uint64_t(c.head_blocks) * BLOCK * INT_BYTES;
  const uint64_t record_bytes = uint64_t(WORD_BYTES) * uint64_t(q_record_words(c.q_heads, c.head_blocks));
  uint64_t last = 0;
  for (uint32_t s = 0; s < c.segments; ++s) {
    const SegmentRecord record = segment(c, memory, s);
    const uint64_t blocks = (uint64_t(record.length) + PAGE_TOKENS - 1) / PAGE_TOKENS;
    if (!memory.act_holds(record.table_addr, INT_BYTES * blocks)) return false;
    last = std::max(last, largest_entry(memory, record.table_addr, blocks));
  }
  return memory.act_holds(c.q_addr, c.rows * record_bytes) &&
         memory.act_holds(c.y_addr, c.rows * c.q_heads * head_bytes) &&
         blocks_fit(memory, c.kv_addr, c.block_stride, last, kv_layout(c.kv_heads, c.head_blocks));
}

bool addresses_ok(const KvCopyCommand &c, const CardMemory &memory) {
  if (c.pairs == 0) return true;
  if (!memory.act_holds(c.pairs_addr, 2 * INT_BYTES * c.pairs)) return false;
  const uint64_t last = largest_entry(memory, c.pairs_addr, 2 * uint64_t(c.pairs));
  return memory.ports_hold(c.kv_addr, (last + 1) * c.block_stride);
}

bool addresses_ok(const FenceCommand &, const CardMemory &) { return true; }

template <class Command>
Status check(const Command &c, uint32_t index, const CardMemory &memory) {
  const bool fields = fields_ok(c);
  return result(fields, c.dep <= index, fields && addresses_ok(c, memory));
}

// Segment records are fields that lie in memory.
Status check_attention(const AttentionCommand &c, uint32_t index, const CardMemory &memory) {
  if (!fields_ok(c)) return Status::BAD_FIELD;
  if (!memory.act_holds(c.segments_addr, 16 * uint64_t(c.segments))) return Status::BAD_ADDRESS;
  for (uint32_t s = 0; s < c.segments; ++s) {
    if (!segment_ok(segment(c, memory, s), c.rows)) return Status::BAD_FIELD;
  }
  return check(c, index, memory);
}

}  // namespace

Status check_command(const uint8_t (&command)[WORD_BYTES], uint32_t index, const CardMemory &memory) {
  switch (Opcode(command[0])) {
    case Opcode::MATMUL: return check(decode_matmul(command), index, memory);
    case Opcode::KV_WRITE: return check(decode_kv_write(command), index, memory);
    case Opcode::ATTENTION: return check_attention(decode_attention(command), index, memory);
    case Opcode::KV_COPY: return check(decode_kv_copy(command), index, memory);
    case Opcode::FENCE: return check(decode_fence(command), index, memory);
  }
  return Status::BAD_OPCODE;
}

}  // namespace ofpga
