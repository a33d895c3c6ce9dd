// An AXI4 memory for benches: a byte array behind one read and one write channel, with patterns of idle cycles
// and back-pressure. Bursts are answered in order, and complaints are kept: a bench fails on the first.
#ifndef OFPGA_SIM_AXI_MEMORY_HPP
#define OFPGA_SIM_AXI_MEMORY_HPP

#include <cstdint>
#include <cstring>
#include <deque>
#include <random>
#include <string>

namespace ofpga_sim {

constexpr uint64_t kWordBytes = 64;
constexpr uint8_t kOkay = 0, kSlvErr = 2, kDecErr = 3;

// Runs of willing and of unwilling cycles, each of random length up to the longest.
class Pattern {
 public:
  Pattern(uint32_t seed, uint32_t willing, uint32_t unwilling) : rng_(seed), longest_{unwilling, willing} {}

  bool operator()() {
    if (longest_[0] == 0) return true;
    if (left_ == 0) {
      willing_ = !willing_;
      left_ = 1 + rng_() % longest_[willing_];
    }
    --left_;
    return willing_;
  }

 private:
  std::minstd_rand rng_;
  uint32_t longest_[2];
  bool willing_ = true;
  uint32_t left_ = 0;
};

struct Rates {
  uint32_t willing = 1;
  uint32_t unwilling = 0;  // 0: always willing
  uint32_t latency = 8;    // cycles from an address to its first beat, or from the last beat to its answer
};

// What the memory sees of the design in a cycle, and what it shows.
struct AxiRead {
  bool arvalid, rready;
  uint64_t araddr;
  uint8_t arlen;
};

struct AxiWrite {
  bool awvalid, wvalid, wlast, bready;
  uint64_t awaddr;
  uint8_t awlen;
  const uint8_t *wdata;
  uint64_t wstrb;
};

class AxiMemory {
 public:
  // Reading word `poisoned` answers SLVERR.
  AxiMemory(uint8_t *bytes, uint64_t size, uint64_t poisoned, uint32_t seed, Rates rates)
      : bytes_(bytes), size_(size), poisoned_(poisoned), rates_(rates), ar_(seed, rates.willing, rates.unwilling),
        r_(seed + 1, rates.willing, rates.unwilling), aw_(seed + 2, rates.willing, rates.unwilling),
        w_(seed + 3, rates.willing, rates.unwilling), b_(seed + 4, rates.willing, rates.unwilling) {}

  // Before the rising edge: what this cycle shows.
  void show(uint64_t cycle) {
    arready = ar_() && reads_.size() < 64;
    awready = aw_() && writes_.size() < 64;
    wready = w_() && !writes_.empty() && announced();
    if (!rvalid) {
      rvalid = !reads_.empty() && reads_.front().due <= cycle && r_();
      if (rvalid) {
        const Burst &burst = reads_.front();
        const uint64_t at = burst.addr + kWordBytes * burst.beat;
        const bool inside = at + kWordBytes <= size_ && at + kWordBytes > at;
        if (inside) std::memcpy(rdata, bytes_ + at, kWordBytes);
        else std::memset(rdata, 0xa5, kWordBytes);
        rresp = !inside ? kDecErr : at / kWordBytes == poisoned_ ? kSlvErr : kOkay;
        rlast = burst.beat == burst.len;
      }
    }
    if (!bvalid) {
      bvalid = !answers_.empty() && answers_.front().due <= cycle && b_();
      if (bvalid) bresp = answers_.front().resp;
    }
  }

  // At the rising edge: which handshakes happened.
  void take(uint64_t cycle, const AxiRead &read, const AxiWrite &write) {
    if (read.arvalid && arready) {
      check_burst(read.araddr, read.arlen);
      reads_.push_back({read.araddr, read.arlen, 0, cycle + rates_.latency});
    }
    if (rvalid && read.rready) {
      ++beats_read;
      rvalid = false;
      if (reads_.front().beat++ == reads_.front().len) reads_.pop_front();
    }
    if (write.wvalid && wready) take_word(cycle, write);
    if (write.awvalid && awready) {
      check_burst(write.awaddr, write.awlen);
      writes_.push_back({write.awaddr, write.awlen, 0, 0});
    }
    if (bvalid && write.bready) {
      bvalid = false;
      answers_.pop_front();
    }
  }

  void forget() {
    reads_.clear();
    writes_.clear();
    answers_.clear();
    written_ = 0;
    failed_ = rvalid = bvalid = false;
  }

  bool idle() const { return reads_.empty() && writes_.empty() && answers_.empty(); }

  bool arready = false, rvalid = false, rlast = false, awready = false, wready = false, bvalid = false;
  uint8_t rdata[kWordBytes] = {};
  uint8_t rresp = 0, bresp = 0;
  uint64_t beats_read = 0;
  std::string complaint;

 private:
  struct Burst {
    uint64_t addr;
    uint32_t len, beat;
    uint64_t due;
  };
  struct Answer {
    uint8_t resp;
    uint64_t due;
  };

  bool announced() const { return written_ < writes_.size(); }

  void check_burst(uint64_t addr, uint32_t len) {
    if (addr % kWordBytes != 0) complaint = "a burst starts within a word";
    if (addr / 4096 != (addr + kWordBytes * len) / 4096) complaint = "a burst crosses 4 KiB";
  }

  void take_word(uint64_t cycle, const AxiWrite &write) {
    Burst &burst = writes_.front();
    const uint64_t at = burst.addr + kWordBytes * burst.beat;
    if (at + kWordBytes <= size_ && at + kWordBytes > at) {
      for (uint64_t i = 0; i < kWordBytes; ++i) {
        if (write.wstrb >> i & 1) bytes_[at + i] = write.wdata[i];
      }
    } else {
      failed_ = true;
    }
    const bool last = burst.beat++ == burst.len;
    if (last != write.wlast) complaint = "WLAST is not at the end of its burst";
    if (last) {
      answers_.push_back({failed_ ? kDecErr : kOkay, cycle + rates_.latency});
      failed_ = false;
      writes_.pop_front();
    }
  }

  uint8_t *bytes_;
  uint64_t size_, poisoned_;
  Rates rates_;
  Pattern ar_, r_, aw_, w_, b_;
  std::deque<Burst> reads_, writes_;
  std::deque<Answer> answers_;
  uint64_t written_ = 0;
  bool failed_ = false;
};

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_AXI_MEMORY_HPP
