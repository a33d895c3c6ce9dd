// A master that reads and writes at random and knows what every word it reads must be.
#ifndef OFPGA_MEMORY_RANDOM_MASTER_HPP
#define OFPGA_MEMORY_RANDOM_MASTER_HPP

#include <deque>
#include <vector>

#include "traffic.hpp"

namespace ofpga_memory {

struct RandomTraffic {
  uint64_t seed;
  uint64_t base;              // of the memory
  uint32_t stall;             // cycles of 16 in which a channel's ready or a write's data are withheld
  uint32_t writes;            // of 16 bursts
  uint32_t bursts;            // in all
};

// It never reads what it is still writing, nor writes what it is still reading: AXI4 does not order the two.
class RandomMaster {
 public:
  // `bytes`: a copy of the memory's bytes at the start, the plain array that everything is compared with.
  RandomMaster(const RandomTraffic &traffic, std::vector<uint8_t> bytes, uint32_t word_bytes)
      : traffic_(traffic), random_(traffic.seed), bytes_(std::move(bytes)), word_bytes_(word_bytes) {}

  const std::vector<uint8_t> &bytes() const { return bytes_; }
  uint64_t words() const { return words_; }
  uint64_t errors() const { return errors_; }  // words and bursts answered DECERR, as they had to be
  bool is_done() const { return begun_ == traffic_.bursts && reads_.empty() && writes_.empty(); }

  // A cycle with `memory`. Throws std::runtime_error at a wrong answer.
  void step(AxiMemory &memory) {
    begin();
    const AxiSlave &out = memory.out();
    in_.rready = !stalls();
    in_.bready = !stalls();
    drive();
    const AxiSlave seen = out;
    memory.clock(in_);
    take(seen);
  }

 private:
  static constexpr std::size_t MOST = 12;  // bursts of a kind at a time

  struct Read {
    uint64_t address;
    uint32_t words, done;
    bool asked;
    std::vector<uint8_t> expected;
  };
  struct Write {
    uint64_t address;
    uint32_t words, done;
    bool asked;
    std::vector<uint8_t> data;
    std::vector<uint64_t> strobes;
  };

  bool stalls() { return random_.below(16) < traffic_.stall; }
  bool inside(uint64_t address) const { return address >= traffic_.base && address - traffic_.base < bytes_.size(); }
  uint8_t at(uint64_t address) const { return inside(address) ? bytes_[address - traffic_.base] : 0xA5; }

  template <class Bursts>
  bool touches(const Bursts &bursts, uint64_t address, uint32_t words) const {
    for (const auto &b : bursts) {
      if (address < b.address + uint64_t(b.words) * word_bytes_ && b.address < address + uint64_t(words) * word_bytes_) return true;
    }
    return false;
  }

  void begin() {
    if (begun_ == traffic_.bursts) return;
    // Few pages, far apart, so that rows and bursts meet; now and then one before, beyond or at the end of the memory.
    const uint64_t pages = bytes_.size() / BURST_BOUNDARY;
    const uint64_t kind = random_.below(32);
    const uint64_t page = kind == 0 ? pages + random_.below(2) : kind == 1 ? pages - 1 : random_.below(16) * (pages / 16);
    const uint64_t page_words = BURST_BOUNDARY / word_bytes_;
    const uint64_t word = random_.below(page_words);
    const uint32_t words = 1 + uint32_t(random_.below(std::min<uint64_t>(page_words - word, random_.below(2) == 0 ? 4 : 64)));
    const uint64_t address = traffic_.base + page * BURST_BOUNDARY + word * word_bytes_;
    if (random_.below(16) < traffic_.writes) {
      if (writes_.size() >= MOST || touches(reads_, address, words) || touches(writes_, address, words)) return;
      Write write{address, words, 0, false, {}, {}};
      for (uint32_t w = 0; w < words; ++w) {
        const bool whole = random_.below(4) != 0;
        write.strobes.push_back(whole ? ~uint64_t(0) >> (64 - word_bytes_) : random_.below(uint64_t(1) << 47) & (~uint64_t(0) >> (64 - word_bytes_)));
        for (uint32_t i = 0; i < word_bytes_; ++i) {
          write.data.push_back(uint8_t(random_.below(256)));
          const uint64_t to = address + uint64_t(w) * word_bytes_ + i;
          if (inside(to) && (write.strobes.back() >> i & 1)) bytes_[to - traffic_.base] = write.data.back();
        }
      }
      writes_.push_back(std::move(write));
    } else {
      if (reads_.size() >= MOST || touches(writes_, address, words)) return;
      Read read{address, words, 0, false, {}};
      for (uint64_t i = 0; i < uint64_t(words) * word_bytes_; ++i) read.expected.push_back(at(address + i));
      reads_.push_back(std::move(read));
    }
    ++begun_;
  }

  void drive() {
    if (!in_.arvalid) {
      for (const Read &read : reads_) {
        if (read.asked) continue;
        in_.arvalid = true;
        in_.araddr = read.address;
        in_.arlen = uint8_t(read.words - 1);
        break;
      }
    }
    if (!in_.awvalid) {
      for (const Write &write : writes_) {
        if (write.asked) continue;
        in_.awvalid = true;
        in_.awaddr = write.address;
        in_.awlen = uint8_t(write.words - 1);
        break;
      }
    }
    if (!in_.wvalid && !stalls()) {
      for (const Write &write : writes_) {
        if (write.done == write.words) continue;
        in_.wvalid = true;
        in_.wdata = write.data.data() + std::size_t(write.done) * word_bytes_;
        in_.wstrb = write.strobes[write.done];
        in_.wlast = write.done + 1 == write.words;
        break;
      }
    }
  }

  void take(const AxiSlave &out) {
    if (in_.arvalid && out.arready) {
      for (Read &read : reads_) {
        if (!read.asked) {
          read.asked = true;
          break;
        }
      }
      in_.arvalid = false;
    }
    if (in_.awvalid && out.awready) {
      for (Write &write : writes_) {
        if (!write.asked) {
          write.asked = true;
          break;
        }
      }
      in_.awvalid = false;
    }
    if (in_.wvalid && out.wready) {
      for (Write &write : writes_) {
        if (write.done < write.words) {
          ++write.done;
          break;
        }
      }
      in_.wvalid = false;
      ++words_;
    }
    if (out.rvalid && in_.rready) take_word(out);
    if (out.bvalid && in_.bready) take_answer(out);
  }

  void take_word(const AxiSlave &out) {
    if (reads_.empty() || !reads_.front().asked) throw std::runtime_error("a word that nobody asked for");
    Read &read = reads_.front();
    const uint64_t address = read.address + uint64_t(read.done) * word_bytes_;
    const std::string where = " at byte address " + std::to_string(address);
    const Response response = inside(address) ? OKAY : DECERR;
    if (out.rresp != response) throw std::runtime_error("RRESP " + std::to_string(out.rresp) + where);
    for (uint32_t i = 0; i < word_bytes_; ++i) {
      if (out.rdata[i] != read.expected[std::size_t(read.done) * word_bytes_ + i]) throw std::runtime_error("wrong data" + where);
    }
    ++words_;
    if (response != OKAY) ++errors_;
    const bool last = ++read.done == read.words;
    if (out.rlast != last) throw std::runtime_error("RLAST" + where);
    if (last) reads_.pop_front();
  }

  void take_answer(const AxiSlave &out) {
    if (writes_.empty() || writes_.front().done != writes_.front().words) throw std::runtime_error("an answer before its data");
    const Write &write = writes_.front();
    Response response = OKAY;
    for (uint32_t w = 0; w < write.words; ++w) {
      if (!inside(write.address + uint64_t(w) * word_bytes_)) response = DECERR;
    }
    if (out.bresp != response) throw std::runtime_error("BRESP at byte address " + std::to_string(write.address));
    if (response != OKAY) ++errors_;
    writes_.pop_front();
  }

  RandomTraffic traffic_;
  Random random_;
  std::vector<uint8_t> bytes_;
  uint32_t word_bytes_;
  AxiMaster in_;
  std::deque<Read> reads_;
  std::deque<Write> writes_;
  uint32_t begun_ = 0;
  uint64_t words_ = 0, errors_ = 0;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_RANDOM_MASTER_HPP
