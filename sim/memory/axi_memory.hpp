// A memory behind one AXI4 port: handshakes, order, bounds, strobes and errors are here; when a word is there is what the
// kinds of memory differ in.
#ifndef OFPGA_MEMORY_AXI_MEMORY_HPP
#define OFPGA_MEMORY_AXI_MEMORY_HPP

#include <deque>
#include <stdexcept>
#include <string>

#include "axi.hpp"

namespace ofpga_memory {

// The master broke a rule of AXI4.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Channel : uint8_t { AR, R, AW, W, B };

struct PortCounters {
  uint64_t cycles = 0;         // of the AXI clock since the last reset
  uint64_t words_read = 0;     // taken by the master
  uint64_t words_written = 0;  // given by the master
  uint64_t read_waits = 0;     // cycles in which the master would have taken a word and there was none
};

// Outputs are registered: `out()` holds during a cycle, `clock()` is the rising edge that ends it.
//
// Data: a write takes effect when its word is accepted, a read takes the bytes when its word leaves, so that a read asked for
// after a write was answered sees it. Reads and writes are not ordered otherwise, as in AXI4.
// Words outside the memory are answered DECERR, read as 0xA5 bytes and are not written.
class AxiMemory {
 public:
  // `data` holds `bytes` bytes and outlives this object; the port sees them from byte address `base` on.
  // Throws std::invalid_argument.
  AxiMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, uint32_t word_bytes);
  virtual ~AxiMemory() = default;
  AxiMemory(const AxiMemory &) = delete;
  AxiMemory &operator=(const AxiMemory &) = delete;

  const AxiSlave &out() const { return out_; }

  // The rising edge at which `in` and `out()` meet. Throws ProtocolError.
  void clock(const AxiMaster &in);

  // Forgets what is in flight and the counters; the bytes stay. In the first cycle after it nothing is ready.
  virtual void reset();

  const PortCounters &counters() const { return counters_; }
  uint32_t word_bytes() const { return word_bytes_; }
  // Whether a burst of writes was announced whose answer the master has not taken.
  bool is_writing() const { return !writes_.empty() || !answers_.empty() || out_.bvalid; }

 protected:
  struct Burst {
    uint64_t address;  // bytes
    uint32_t words;
  };

  // Cycles from a burst's last word to its answer.
  void set_answer_delay(uint64_t cycles) { answer_delay_ = cycles; }
  uint64_t cycle() const { return counters_.cycles; }
  bool inside(uint64_t address) const { return address >= base_ && address - base_ + word_bytes_ <= bytes_; }
  uint64_t base() const { return base_; }

  virtual bool has_read_room() const = 0;           // for a burst
  virtual bool has_write_room() const = 0;          // for a word
  virtual void take_read(const Burst &burst) = 0;   // only after has_read_room()
  virtual void take_word(uint64_t address) = 0;     // a written word inside the memory, its bytes already in place
  virtual void advance() = 0;                       // to the next cycle of the AXI clock
  virtual bool front_word(uint64_t &address, bool &last) const = 0;  // the next word to leave, if it is there
  virtual void pop_word() = 0;

  // Asked once for every word, read or written, as it moves.
  virtual Response respond(uint64_t address) { return inside(address) ? OKAY : DECERR; }
  // Asked once a cycle for each channel: whether it may move in the next.
  virtual bool is_willing(Channel) { return true; }

 private:
  static constexpr std::size_t MAX_WRITE_BURSTS = 32;  // accepted, their words not yet

  struct WriteBurst {
    uint64_t address;
    uint32_t words, done;
    Response response;
  };
  struct Answer {
    uint64_t cycle;
    Response response;
  };

  Burst checked(const char *channel, uint64_t address, uint32_t len) const;
  void check_held(const AxiMaster &in) const;
  void write(const AxiMaster &in);
  void present();

  std::string name_;
  uint8_t *data_;
  uint64_t bytes_, base_;
  uint32_t word_bytes_;
  uint64_t answer_delay_ = 1;

  AxiSlave out_;
  AxiMaster last_;  // what the master drove at the last edge, valid where it was not taken
  std::deque<WriteBurst> writes_;
  std::deque<Answer> answers_;
  PortCounters counters_;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_AXI_MEMORY_HPP
