// An ideal memory behind an AXI4 channel: a word a cycle, a fixed latency, DECERR outside its bounds. For benches, random
// idle cycles on every channel and an error where one is asked for. Breaches of the protocol throw.
#ifndef OFPGA_SIM_AXI_MEMORY_HPP
#define OFPGA_SIM_AXI_MEMORY_HPP

#include <deque>
#include <random>
#include <stdexcept>
#include <string>

#include "pins.hpp"

namespace ofpga_sim {

constexpr uint64_t WORD = 64;  // bytes
constexpr uint64_t OKAY = 0, SLVERR = 2, DECERR = 3;

// Behaviour of a memory's channels.
struct Timing {
  uint32_t latency = 32;      // cycles from an address to its first word, from a last word to its answer
  uint32_t stall = 0;         // of 16 cycles, those in which a channel is unwilling, on average
  uint64_t error_word = ~0ull;  // the memory answers SLVERR to this word, counted from 0 over reads and writes
};

class AxiMemory {
 public:
  AxiMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, const Timing &timing, uint32_t seed)
      : name_(std::move(name)), data_(data), bytes_(bytes / WORD * WORD), base_(base), timing_(timing), random_(seed) {}

  uint64_t words_read() const { return words_read_; }
  uint64_t words_written() const { return words_written_; }

  // Forgets what is in flight.
  void reset() {
    reads_.clear();
    writes_.clear();
    words_.clear();
    answers_.clear();
    read_shown_ = answer_shown_ = false;
  }

  // ---------------------------------------------------------------------------------------------------- reads
  void drive(const AxiReadPins &p, uint64_t cycle) {
    p.arready.set(reads_.size() < MOST_BURSTS && willing());
    if (!read_shown_ && !reads_.empty() && reads_.front().ready <= cycle && willing()) {
      Burst &burst = reads_.front();
      const uint8_t *from = place(burst.address + burst.done * WORD);
      if (from != nullptr) {
        std::memcpy(p.rdata.bytes(), from, WORD);
      } else {
        std::memset(p.rdata.bytes(), 0xA5, WORD);
      }
      p.rresp.set(response(from));
      p.rlast.set(burst.done + 1 == burst.words);
      read_shown_ = true;
    }
    p.rvalid.set(read_shown_);
  }

  void sample(const AxiReadPins &p, uint64_t cycle) {
    if (p.arvalid.get() && p.arready.get()) {
      reads_.push_back(burst(p.araddr.get(), p.arlen.get(), cycle + timing_.latency));
    }
    if (read_shown_ && p.rready.get()) {
      read_shown_ = false;
      ++words_read_;
      if (++reads_.front().done == reads_.front().words) reads_.pop_front();
    }
  }

  // ---------------------------------------------------------------------------------------------------- writes
  void drive(const AxiWritePins &p, uint64_t cycle) {
    p.awready.set(writes_.size() < MOST_BURSTS && willing());
    p.wready.set(words_.size() < MOST_WORDS && willing());
    if (!answer_shown_ && !answers_.empty() && answers_.front().ready <= cycle && willing()) {
      p.bresp.set(answers_.front().response);
      answer_shown_ = true;
    }
    p.bvalid.set(answer_shown_);
  }

  void sample(const AxiWritePins &p, uint64_t cycle) {
    if (p.awvalid.get() && p.awready.get()) writes_.push_back(burst(p.awaddr.get(), p.awlen.get(), 0));
    if (p.wvalid.get() && p.wready.get()) {
      Word word;
      std::memcpy(word.data, p.wdata.bytes(), WORD);
      word.strobe = p.wstrb.get();
      word.last = p.wlast.get() != 0;
      words_.push_back(word);
    }
    while (!writes_.empty() && !words_.empty()) write(cycle);
    if (answer_shown_ && p.bready.get()) {
      answer_shown_ = false;
      answers_.pop_front();
    }
  }

 private:
  static constexpr std::size_t MOST_BURSTS = 64, MOST_WORDS = 128;

  struct Burst {
    uint64_t address, words, done, ready, response;
  };
  struct Word {
    uint8_t data[WORD];
    uint64_t strobe;
    bool last;
  };
  struct Answer {
    uint64_t ready, response;
  };

  bool willing() { return timing_.stall == 0 || random_() % 16 >= timing_.stall; }

  Burst burst(uint64_t address, uint64_t len, uint64_t ready) const {
    const uint64_t words = len + 1;
    if (address % WORD != 0) throw std::runtime_error(name_ + ": a burst does not start at a word");
    if (address / 4096 != (address + words * WORD - 1) / 4096) throw std::runtime_error(name_ + ": a burst crosses 4 KiB");
    return {address, words, 0, ready, OKAY};
  }

  // The bytes at an address, or null outside.
  uint8_t *place(uint64_t address) const {
    return address >= base_ && address - base_ < bytes_ ? data_ + (address - base_) : nullptr;
  }

  uint64_t response(const uint8_t *at) {
    if (at == nullptr) return DECERR;
    return words_seen_++ == timing_.error_word ? SLVERR : OKAY;
  }

  void write(uint64_t cycle) {
    Burst &burst = writes_.front();
    const Word &word = words_.front();
    uint8_t *to = place(burst.address + burst.done * WORD);
    const uint64_t answer = response(to);
    if (answer == OKAY) {
      for (uint64_t i = 0; i < WORD; ++i) {
        if (word.strobe >> i & 1) to[i] = word.data[i];
      }
    } else {
      burst.response = answer;
    }
    ++words_written_;
    const bool last = ++burst.done == burst.words;
    if (last != word.last) throw std::runtime_error(name_ + ": WLAST is not at the burst's end");
    words_.pop_front();
    if (last) {
      answers_.push_back({cycle + timing_.latency, burst.response});
      writes_.pop_front();
    }
  }

  std::string name_;
  uint8_t *data_;
  uint64_t bytes_, base_;
  Timing timing_;
  std::mt19937 random_;
  std::deque<Burst> reads_, writes_;
  std::deque<Word> words_;
  std::deque<Answer> answers_;
  bool read_shown_ = false, answer_shown_ = false;
  uint64_t words_read_ = 0, words_written_ = 0, words_seen_ = 0;
};

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_AXI_MEMORY_HPP
