// What the sequencer refuses before a unit sees it.
#ifndef OFPGA_CSIM_CHECKS_HPP
#define OFPGA_CSIM_CHECKS_HPP

#include "memory.hpp"

namespace ofpga {

// Opcode, flags, reserved bytes and fields of a command against this card's limits, dep against the command's index,
// and every address the command leads to against the memory, in this order. Reads the lists that a command points to
// (row indices, slots, segments, block tables, pairs), so it must run after the commands before it.
Status check_command(const uint8_t (&command)[WORD_BYTES], uint32_t index, const CardMemory &memory);

}  // namespace ofpga

#endif  // OFPGA_CSIM_CHECKS_HPP
