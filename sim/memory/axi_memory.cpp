#include "axi_memory.hpp"

#include <cstring>

namespace ofpga_memory {

AxiMemory::AxiMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, uint32_t word_bytes)
    : name_(std::move(name)), data_(data), bytes_(bytes), base_(base), word_bytes_(word_bytes) {
  if (word_bytes == 0 || word_bytes > MAX_WORD_BYTES || (word_bytes & (word_bytes - 1)) != 0) {
    throw std::invalid_argument(name_ + ": a word of " + std::to_string(word_bytes) +
                                " bytes; it must be a power of two up to " + std::to_string(MAX_WORD_BYTES));
  }
  if (base % BURST_BOUNDARY != 0) {
    throw std::invalid_argument(name_ + ": base " + std::to_string(base) + " is not a multiple of 4096 bytes");
  }
}

void AxiMemory::reset() {
  writes_.clear();
  answers_.clear();
  out_ = AxiSlave{};
  last_ = AxiMaster{};
  counters_ = PortCounters{};
}

AxiMemory::Burst AxiMemory::checked(const char *channel, uint64_t address, uint32_t len) const {
  const uint32_t words = len + 1;
  const std::string what = name_ + ": the burst of " + std::to_string(words) + " words on " + channel +
                           " at byte address " + std::to_string(address);
  if (address % word_bytes_ != 0) {
    throw ProtocolError(what + " does not start at a word of " + std::to_string(word_bytes_) + " bytes");
  }
  const uint64_t last = address + uint64_t(words) * word_bytes_ - 1;
  if (address / BURST_BOUNDARY != last / BURST_BOUNDARY) throw ProtocolError(what + " crosses 4 KiB");
  return {address, words};
}

void AxiMemory::check_held(const AxiMaster &in) const {
  if (last_.arvalid && !(in.arvalid && in.araddr == last_.araddr && in.arlen == last_.arlen)) {
    throw ProtocolError(name_ + ": AR changed before it was taken");
  }
  if (last_.awvalid && !(in.awvalid && in.awaddr == last_.awaddr && in.awlen == last_.awlen)) {
    throw ProtocolError(name_ + ": AW changed before it was taken");
  }
  if (last_.wvalid && !(in.wvalid && in.wstrb == last_.wstrb && in.wlast == last_.wlast)) {
    throw ProtocolError(name_ + ": W changed before it was taken");
  }
}

void AxiMemory::write(const AxiMaster &in) {
  WriteBurst &burst = writes_.front();
  const uint64_t address = burst.address + uint64_t(burst.done) * word_bytes_;
  const Response response = respond(address);
  if (response == OKAY) {
    uint8_t *to = data_ + (address - base_);
    for (uint32_t i = 0; i < word_bytes_; ++i) {
      if (in.wstrb >> i & 1) to[i] = in.wdata[i];
    }
    take_word(address);
  } else {
    burst.response = response;
  }
  ++counters_.words_written;
  const bool last = ++burst.done == burst.words;
  if (last != in.wlast) throw ProtocolError(name_ + ": WLAST is not at the end of its burst");
  if (last) {
    answers_.push_back({cycle() + answer_delay_, burst.response});
    writes_.pop_front();
  }
}

void AxiMemory::clock(const AxiMaster &in) {
  check_held(in);
  if (out_.rvalid && in.rready) {
    out_.rvalid = false;
    ++counters_.words_read;
  } else if (!out_.rvalid && in.rready) {
    ++counters_.read_waits;
  }
  if (out_.bvalid && in.bready) out_.bvalid = false;
  if (in.arvalid && out_.arready) take_read(checked("AR", in.araddr, in.arlen));
  if (in.wvalid && out_.wready) write(in);
  if (in.awvalid && out_.awready) {
    const Burst burst = checked("AW", in.awaddr, in.awlen);
    writes_.push_back({burst.address, burst.words, 0, OKAY});
  }
  advance();
  ++counters_.cycles;
  last_ = in;
  last_.arvalid = in.arvalid && !out_.arready;
  last_.awvalid = in.awvalid && !out_.awready;
  last_.wvalid = in.wvalid && !out_.wready;
  present();
}

void AxiMemory::present() {
  out_.arready = is_willing(Channel::AR) && has_read_room();
  out_.awready = is_willing(Channel::AW) && writes_.size() < MAX_WRITE_BURSTS;
  out_.wready = is_willing(Channel::W) && !writes_.empty() && has_write_room();
  uint64_t address = 0;
  if (is_willing(Channel::R) && !out_.rvalid && front_word(address, out_.rlast)) {
    out_.rvalid = true;
    out_.rresp = respond(address);
    if (out_.rresp == OKAY) {
      std::memcpy(out_.rdata.data(), data_ + (address - base_), word_bytes_);
    } else {
      std::memset(out_.rdata.data(), 0xA5, word_bytes_);
    }
    pop_word();
  }
  if (is_willing(Channel::B) && !out_.bvalid && !answers_.empty() && answers_.front().cycle <= cycle()) {
    out_.bvalid = true;
    out_.bresp = answers_.front().response;
    answers_.pop_front();
  }
}

}  // namespace ofpga_memory
