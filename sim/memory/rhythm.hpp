// When a channel of a bench is willing: the same cycles for the same seed.
#ifndef OFPGA_MEMORY_RHYTHM_HPP
#define OFPGA_MEMORY_RHYTHM_HPP

#include <cstdint>
#include <random>

namespace ofpga_memory {

// Runs of willing and of unwilling cycles, each of random length from 1 to the longest.
class Rhythm {
 public:
  Rhythm() = default;  // always willing
  // `unwilling` 0: always willing.
  Rhythm(uint32_t willing, uint32_t unwilling, uint32_t seed)
      : random_(seed), longest_{unwilling, willing == 0 ? 1 : willing} {}

  // Of the next cycle.
  bool next() {
    if (longest_[0] == 0) return true;
    if (left_ == 0) {
      is_willing_ = !is_willing_;
      left_ = 1 + uint32_t(random_() % longest_[is_willing_]);
    }
    --left_;
    return is_willing_;
  }

 private:
  std::minstd_rand random_;
  uint32_t longest_[2] = {0, 1};
  bool is_willing_ = true;
  uint32_t left_ = 0;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_RHYTHM_HPP
