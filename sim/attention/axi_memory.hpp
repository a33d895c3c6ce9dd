// A memory behind one AXI4 channel of each direction, words of 64 bytes: in order, after a latency, willing or
// not by a seeded pattern. An access outside its bounds gets DECERR. Breaks of the protocol throw.
#ifndef OFPGA_SIM_AXI_MEMORY_HPP
#define OFPGA_SIM_AXI_MEMORY_HPP

#include <cstdint>
#include <cstring>
#include <deque>
#include <random>
#include <stdexcept>
#include <vector>

constexpr uint64_t kWord = 64;
constexpr uint8_t kDecErr = 3;

// Willing for a run of cycles, unwilling for a run, and so on; `unwilling` 0: always willing.
class Pattern {
 public:
  Pattern(unsigned willing, unsigned unwilling, uint64_t seed)
      : willing_(willing), unwilling_(unwilling), random_(seed) {}

  bool operator()() {
    if (unwilling_ == 0) return true;
    if (left_ == 0) {
      now_ = !now_;
      left_ = 1 + unsigned(random_() % (now_ ? willing_ : unwilling_));
    }
    --left_;
    return now_;
  }

 private:
  unsigned willing_, unwilling_, left_ = 0;
  bool now_ = true;
  std::mt19937_64 random_;
};

// What a master drives, as sampled before a rising edge.
struct Address {
  bool valid = false;
  uint64_t address = 0;
  uint8_t len = 0;
  bool operator==(const Address &other) const {
    return valid == other.valid && address == other.address && len == other.len;
  }
};

class AxiMemory {
 public:
  AxiMemory(std::vector<uint8_t> &bytes, unsigned latency, Pattern ar, Pattern r, Pattern aw, Pattern w, Pattern b)
      : bytes_(bytes), latency_(latency), ar_(ar), r_(r), aw_(aw), w_(w), b_(b) {}

  // Inputs of the design for the next rising edge.
  bool ar_ready = false, r_valid = false, r_last = false, aw_ready = false, w_ready = false, b_valid = false;
  uint8_t r_resp = 0, b_resp = 0;
  const uint8_t *r_data = nullptr;
  uint64_t words_read = 0;

  void drive() {
    ++now_;
    ar_ready = ar_();
    aw_ready = aw_();
    w_ready = w_();
    if (!r_valid) r_valid = r_() && !reads_.empty() && reads_.front().time <= now_;
    if (r_valid) {
      const Beat &beat = reads_.front();
      r_last = beat.last;
      r_resp = inside(beat.address) ? 0 : kDecErr;
      r_data = inside(beat.address) ? &bytes_[beat.address] : garbage_;
    }
    if (!b_valid) b_valid = b_() && !answers_.empty() && answers_.front().time <= now_;
    if (b_valid) b_resp = answers_.front().resp;
  }

  void sample_read(const Address &ar, bool r_ready) {
    check(ar, last_ar_, "AR");
    last_ar_ = ar.valid && !ar_ready ? ar : Address{};
    if (ar.valid && ar_ready) {
      for (unsigned i = 0; i <= ar.len; ++i) {
        reads_.push_back(Beat{ar.address + kWord * i, now_ + latency_, i == ar.len});
      }
    }
    if (r_valid && r_ready) {
      reads_.pop_front();
      r_valid = false;
      ++words_read;
    }
  }

  void sample_write(const Address &aw, bool w_valid, const uint8_t *data, uint64_t strobe, bool w_last, bool b_ready) {
    check(aw, last_aw_, "AW");
    last_aw_ = aw.valid && !aw_ready ? aw : Address{};
    if (aw.valid && aw_ready) writes_.push_back(aw);
    if (w_valid && w_ready) {
      data_.emplace_back(data, data + kWord);
      strobes_.push_back(strobe);
      lasts_.push_back(w_last);
    }
    while (!writes_.empty() && data_.size() > writes_.front().len) {
      uint8_t resp = 0;
      for (unsigned i = 0; i <= writes_.front().len; ++i) {
        const uint64_t at = writes_.front().address + kWord * i;
        if (lasts_.front() != (i == writes_.front().len)) throw std::runtime_error("WLAST in the wrong place");
        if (!inside(at)) resp = kDecErr;
        for (unsigned k = 0; k < kWord && inside(at); ++k) {
          if (strobes_.front() >> k & 1) bytes_[at + k] = data_.front()[k];
        }
        data_.pop_front();
        strobes_.pop_front();
        lasts_.pop_front();
      }
      writes_.pop_front();
      answers_.push_back(Answer{resp, now_ + latency_});
    }
    if (b_valid && b_ready) {
      answers_.pop_front();
      b_valid = false;
    }
  }

 private:
  struct Beat {
    uint64_t address, time;
    bool last;
  };
  struct Answer {
    uint8_t resp;
    uint64_t time;
  };

  bool inside(uint64_t address) const { return address < bytes_.size(); }

  static void check(const Address &now, const Address &stalled, const char *channel) {
    if (stalled.valid && !(now == stalled)) throw std::runtime_error(std::string(channel) + " changed while stalled");
    if (now.valid && now.address / 4096 != (now.address + kWord * now.len) / 4096) {
      throw std::runtime_error(std::string(channel) + " crosses 4 KiB");
    }
    if (now.valid && now.address % kWord != 0) throw std::runtime_error(std::string(channel) + " is not a word's");
  }

  std::vector<uint8_t> &bytes_;
  unsigned latency_;
  Pattern ar_, r_, aw_, w_, b_;
  uint64_t now_ = 0;
  std::deque<Beat> reads_;
  std::deque<Address> writes_;
  std::deque<std::vector<uint8_t>> data_;
  std::deque<uint64_t> strobes_;
  std::deque<bool> lasts_;
  std::deque<Answer> answers_;
  Address last_ar_, last_aw_;
  uint8_t garbage_[kWord] = {0x80, 0xff, 0x7f, 0x80, 0xaa};
};

#endif  // OFPGA_SIM_AXI_MEMORY_HPP
