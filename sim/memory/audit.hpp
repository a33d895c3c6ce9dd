// Reads a channel's commands again and checks each against those before it: the rules of JESD79-4 and JESD235 pair by
// pair, apart from how DramBanks keeps them.
#ifndef OFPGA_MEMORY_AUDIT_HPP
#define OFPGA_MEMORY_AUDIT_HPP

#include <vector>

#include "dram_banks.hpp"

namespace ofpga_memory {

// Throws std::runtime_error that names the rule, the two commands and their clocks. `end`: clock at which the trace stops.
void audit(const DramTiming &timing, const std::vector<IssuedCommand> &trace, uint64_t end, uint32_t refresh_offset = 0);

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_AUDIT_HPP
