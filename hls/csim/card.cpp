// The card around the kernels: a sequencer that takes commands in order, and the streams between it and the units.
//
// A command starts when the one before has completed, so every `dep` is honoured by construction.
#include "card.h"

#include <chrono>

#include "attention.hpp"
#include "checks.hpp"
#include "kv_cache.hpp"
#include "matmul.hpp"
#include "memory.hpp"

namespace ofpga {
namespace {

// Hands one checked command to a unit and waits for its status.
Status dispatch(const uint8_t (&bytes)[WORD_BYTES], const CardMemory &memory) {
  hls::stream<word_t> commands("card.commands");
  hls::stream<token_t> go("card.go");
  hls::stream<status_t> done("card.done");
  word_t word = zero_word();
  for (int i = 0; i < WORD_BYTES; ++i) set_byte(word, i, ubits<8>(bytes[i]));
  commands.write(word);
  go.write(token_t(0));
  word_t *act = memory.act_space();
#define OFPGA_PORT(N) , memory.port(N)
  switch (Opcode(bytes[0])) {
    case Opcode::MATMUL: ofpga_matmul(commands, go, done, act, act OFPGA_EACH_PORT(OFPGA_PORT)); break;
    case Opcode::ATTENTION: ofpga_attention(commands, go, done, act, act OFPGA_EACH_PORT(OFPGA_PORT)); break;
    default: ofpga_kv_cache(commands, go, done, act, act OFPGA_EACH_PORT(OFPGA_PORT)); break;
  }
#undef OFPGA_PORT
  return Status(uint8_t(done.read()));
}

ofpga_run_result run(const CardMemory &memory, uint32_t program_addr, uint32_t program_count) {
  using Clock = std::chrono::steady_clock;
  ofpga_run_result out{};
  for (uint32_t index = 0; index < program_count; ++index) {
    Status status = Status::BAD_ADDRESS;
    uint32_t tag = 0;
    const uint64_t at = uint64_t(program_addr) + index;
    if (memory.act_holds(at, WORD_BYTES)) {
      uint8_t bytes[WORD_BYTES];
      memory.read_act(at, bytes);
      tag = load_u32(bytes, 4);
      status = check_command(bytes, index, memory);
      if (status == Status::OK && Opcode(bytes[0]) == Opcode::FENCE) {
        out.completed = index + 1;
        if (bytes[1] & FLAG_END) return out;
        continue;
      }
      if (status == Status::OK) {
        const auto begin = Clock::now();
        status = dispatch(bytes, memory);
        const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin);
        out.nanoseconds[bytes[0]] += uint64_t(spent.count());
      }
    }
    if (status != Status::OK) {
      out.status = uint32_t(status);
      out.index = index;
      out.tag = tag;
      return out;
    }
    out.completed = index + 1;
  }
  out.status = uint32_t(Status::NO_END);
  out.index = program_count;
  return out;
}

}  // namespace
}  // namespace ofpga

uint32_t ofpga_card_info(uint32_t reg_offset) {
  using namespace ofpga;
  switch (reg_offset) {
    case REG_CONTRACT_ID: return CONTRACT_ID;
    case REG_PORTS: return uint32_t(PORTS);
    case REG_ROWS: return uint32_t(ROWS);
    case REG_K_BLOCKS: return uint32_t(K_BLOCKS);
    case REG_HEAD_BLOCKS: return uint32_t(HEAD_BLOCKS);
    case REG_CONTEXT: return uint32_t(CONTEXT);
    default: return 0;
  }
}

int ofpga_card_run(uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem, uint64_t act_bytes,
                   uint32_t program_addr, uint32_t program_count, ofpga_run_result *out) {
  using namespace ofpga;
  if (port_mem == nullptr || act_mem == nullptr || out == nullptr) return -1;
  for (int p = 0; p < PORTS; ++p) {
    if (port_mem[p] == nullptr) return -1;
  }
  const CardMemory memory{port_mem, port_bytes / WORD_BYTES, act_mem, act_bytes / WORD_BYTES};
  *out = run(memory, program_addr, program_count);
  return 0;
}
