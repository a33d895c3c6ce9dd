// Streams of bursts that a bench puts on a port, as fast as the port takes them.
#ifndef OFPGA_MEMORY_TRAFFIC_HPP
#define OFPGA_MEMORY_TRAFFIC_HPP

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "axi_memory.hpp"

namespace ofpga_memory {

// The same numbers every time: xorshift64*, G. Marsaglia, "Xorshift RNGs", J. Stat. Soft. 8(14), 2003.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  uint64_t below(uint64_t bound) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545F4914F6CDD1Dull >> 16) % bound;
  }

 private:
  uint64_t state_;
};

// Byte addresses of runs of `run_bytes`, one after the other.
using Addresses = std::function<uint64_t()>;

// Reads or writes runs as bursts of at most `burst_words` that stop at 4 KiB.
class Stream {
 public:
  Stream(Addresses addresses, uint64_t run_bytes, uint32_t word_bytes, uint32_t burst_words = 64)
      : addresses_(std::move(addresses)), run_bytes_(run_bytes), word_bytes_(word_bytes), burst_words_(burst_words) {
    next();
  }

  uint64_t address() const { return address_; }
  uint32_t words() const { return words_; }
  void next() {
    if (left_ == 0) {
      from_ = addresses_();
      left_ = run_bytes_;
    }
    address_ = from_;
    const uint64_t to_boundary = BURST_BOUNDARY - from_ % BURST_BOUNDARY;
    const uint64_t bytes = std::min({left_, to_boundary, uint64_t(burst_words_) * word_bytes_});
    words_ = uint32_t(bytes / word_bytes_);
    from_ += bytes;
    left_ -= bytes;
  }

 private:
  Addresses addresses_;
  uint64_t run_bytes_, from_ = 0, left_ = 0, address_ = 0;
  uint32_t word_bytes_, burst_words_, words_ = 0;
};

struct Measured {
  uint64_t cycles, words_read, words_written;
};

// Runs `warm` cycles, then counts for `cycles`. Either stream may be null. Reads and writes are kept in the proportion
// `reads` : `writes` where both are given.
inline Measured measure(AxiMemory &memory, Stream *reads, Stream *writes, uint64_t warm, uint64_t cycles, uint32_t read_part = 1,
                        uint32_t write_part = 1) {
  const std::array<uint8_t, MAX_WORD_BYTES> data{};
  const uint64_t strobes = memory.word_bytes() == 64 ? ~uint64_t(0) : (uint64_t(1) << memory.word_bytes()) - 1;
  std::deque<uint32_t> due;  // words of the write bursts whose data are still to be sent
  uint64_t asked_read = 0, asked_write = 0;
  AxiMaster in;
  in.rready = in.bready = true;
  in.wdata = data.data();
  in.wstrb = strobes;
  PortCounters start;
  memory.reset();
  for (uint64_t cycle = 0; cycle < warm + cycles; ++cycle) {
    if (cycle == warm) start = memory.counters();
    const AxiSlave &out = memory.out();
    if (!in.arvalid && reads != nullptr &&
        (writes == nullptr || asked_read * write_part <= asked_write * read_part)) {
      in.arvalid = true;
      in.araddr = reads->address();
      in.arlen = uint8_t(reads->words() - 1);
      asked_read += reads->words();
      reads->next();
    }
    if (!in.awvalid && writes != nullptr && due.size() < 4 &&
        (reads == nullptr || asked_write * read_part <= asked_read * write_part)) {
      in.awvalid = true;
      in.awaddr = writes->address();
      in.awlen = uint8_t(writes->words() - 1);
      asked_write += writes->words();
      due.push_back(writes->words());
      writes->next();
    }
    in.wvalid = !due.empty();
    in.wlast = in.wvalid && due.front() == 1;
    const bool ar = in.arvalid && out.arready, aw = in.awvalid && out.awready, w = in.wvalid && out.wready;
    memory.clock(in);
    if (ar) in.arvalid = false;
    if (aw) in.awvalid = false;
    if (w && --due.front() == 0) due.pop_front();
  }
  const PortCounters &end = memory.counters();
  return {cycles, end.words_read - start.words_read, end.words_written - start.words_written};
}

// Cycles from AR to the first word of one burst, nothing else going on.
inline uint64_t read_latency(AxiMemory &memory, uint64_t address, uint64_t most_cycles = 10'000) {
  AxiMaster in;
  in.rready = in.arvalid = true;
  in.araddr = address;
  uint64_t begun = 0;
  for (uint64_t cycle = 0; cycle < most_cycles; ++cycle) {
    const AxiSlave &out = memory.out();
    if (out.rvalid) {
      memory.clock(in);
      return cycle - begun;
    }
    const bool ar = in.arvalid && out.arready;
    if (ar) begun = cycle;
    memory.clock(in);
    if (ar) in.arvalid = false;
  }
  throw std::runtime_error("no word came within " + std::to_string(most_cycles) + " cycles");
}

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_TRAFFIC_HPP
