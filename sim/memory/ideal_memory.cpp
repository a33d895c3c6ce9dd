#include "ideal_memory.hpp"

namespace ofpga_memory {

IdealMemory::IdealMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, const IdealTiming &timing,
                         uint32_t word_bytes)
    : AxiMemory(std::move(name), data, bytes, base, word_bytes), timing_(timing) {
  if (timing.latency == 0) throw std::invalid_argument("an ideal memory's latency is 0 cycles; it must be at least 1");
  set_answer_delay(timing.latency);
  std::seed_seq seeds{timing.seed};
  std::array<uint32_t, 5> seed;
  seeds.generate(seed.begin(), seed.end());
  for (std::size_t i = 0; i < seed.size(); ++i) rhythms_[i] = Rhythm(timing.willing, timing.unwilling, seed[i]);
}

Response IdealMemory::respond(uint64_t address) {
  if (!inside(address)) return DECERR;
  return words_++ == timing_.error_word ? SLVERR : OKAY;
}

void IdealMemory::reset() {
  AxiMemory::reset();
  reads_.clear();
}

bool IdealMemory::front_word(uint64_t &address, bool &last) const {
  if (reads_.empty() || reads_.front().cycle > cycle()) return false;
  const Read &read = reads_.front();
  address = read.burst.address + uint64_t(read.done) * word_bytes();
  last = read.done + 1 == read.burst.words;
  return true;
}

void IdealMemory::pop_word() {
  if (++reads_.front().done == reads_.front().burst.words) reads_.pop_front();
}

}  // namespace ofpga_memory
