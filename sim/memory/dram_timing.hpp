// A DRAM channel and its controller in numbers. Times are clocks of the memory's command clock.
#ifndef OFPGA_MEMORY_DRAM_TIMING_HPP
#define OFPGA_MEMORY_DRAM_TIMING_HPP

#include <cstdint>

namespace ofpga_memory {

enum class Refresh {
  NONE,       // for experiments: no such memory keeps its data
  ALL_BANKS,  // all banks closed, then rfc clocks in which none can be used, every refi
  PER_BANK,   // one bank after the other, rfc_bank clocks each, every refi / banks
};

// docs/memory-model.md says where each number comes from.
struct DramTiming {
  const char *name;

  // The channel.
  uint64_t clock_khz;         // command clock; data at both edges
  uint32_t bus_bytes;         // data bus
  uint32_t burst_length;      // transfers of a READ or WRITE
  uint32_t groups;            // bank groups
  uint32_t banks_per_group;
  uint32_t row_bytes;         // of a bank, over the whole bus
  uint32_t low_group_bits;    // bits of the bank group right above the access, see DramMapping
  bool row_command_bus;       // row and column commands have a bus each (HBM); an ACTIVATE takes two clocks of it

  // Rows.
  uint32_t rcd;    // ACTIVATE to READ or WRITE
  uint32_t rp;     // PRECHARGE to ACTIVATE
  uint32_t ras;    // ACTIVATE to PRECHARGE
  uint32_t rc;     // ACTIVATE to ACTIVATE or refresh, same bank
  uint32_t rrd_s;  // ACTIVATE to ACTIVATE, another bank group
  uint32_t rrd_l;  // the same bank group
  uint32_t faw;    // no five ACTIVATEs within
  uint32_t rtp;    // READ to PRECHARGE
  uint32_t wr;     // end of written data to PRECHARGE

  // Columns.
  uint32_t cl;     // READ to data
  uint32_t cwl;    // WRITE to data
  uint32_t ccd_s;  // READ to READ, WRITE to WRITE, another bank group
  uint32_t ccd_l;  // the same bank group
  uint32_t wtr_s;  // end of written data to READ, another bank group
  uint32_t wtr_l;  // the same bank group
  uint32_t rtw;    // READ to WRITE

  // Refresh.
  Refresh refresh;
  uint32_t refi;      // a refresh every
  uint32_t rfc;       // ALL_BANKS: refresh to ACTIVATE
  uint32_t rfc_bank;  // PER_BANK: refresh to ACTIVATE, same bank
  uint32_t rrefd;     // PER_BANK: refresh to ACTIVATE, another bank

  // The controller.
  uint32_t request_latency;  // from a taken address or word to the earliest command for it
  uint32_t return_latency;   // from the last data on the bus to the port
  uint32_t answer_latency;   // from a burst's last word to its answer (writes are posted)
  uint32_t read_bursts;      // bursts taken, not yet all in the read queue
  uint32_t read_queue;       // accesses that the scheduler sees
  uint32_t return_bytes;     // asked of the banks and not yet taken at the port
  uint32_t write_queue;      // accesses
  uint32_t write_high;       // the controller turns to writes at so many, or when there is nothing to read
  uint32_t write_low;        // and back to reads at so many

  uint32_t banks() const { return groups * banks_per_group; }
  uint32_t access_bytes() const { return bus_bytes * burst_length; }
  uint32_t burst_clocks() const { return burst_length / 2; }
  uint64_t peak_bytes_per_ms() const { return 2 * clock_khz * bus_bytes; }
};

// Throws std::invalid_argument for numbers that describe no memory.
void check(const DramTiming &timing);

// DDR4-2400, 64 bits of data: an RDIMM of x4 devices of 8 Gb (Alveo U250).
DramTiming ddr4_2400_rdimm();
// DDR4-2400, 64 bits of data: four x16 devices of 8 Gb (Kria KV260).
DramTiming ddr4_2400_x16();
// HBM2 pseudo-channel at 1.8 Gb/s a pin, 4 Gb a channel (Alveo U280).
DramTiming hbm2_1800();

// By name: "ddr4", "ddr4x16" or "hbm2". Throws std::invalid_argument.
DramTiming dram_timing(const char *name);

// Where an access lies. From the least significant bit of its number: low_group_bits of the bank group, the column, the
// bank, the rest of the bank group, the row. Neighbouring accesses so alternate between bank groups, which is what full
// bandwidth needs (ccd_s, not ccd_l), and a row is left only after row_bytes << low_group_bits.
class DramMapping {
 public:
  explicit DramMapping(const DramTiming &timing);

  uint32_t bank(uint64_t access) const {
    const uint64_t group = (access & low_mask_) | (access >> high_group_shift_ & high_mask_) << low_bits_;
    return uint32_t(group << bank_bits_ | (access >> bank_shift_ & bank_mask_));
  }
  uint64_t row(uint64_t access) const { return access >> row_shift_; }

 private:
  uint32_t low_bits_, bank_bits_, bank_shift_, high_group_shift_, row_shift_;
  uint64_t low_mask_, high_mask_, bank_mask_;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_DRAM_TIMING_HPP
