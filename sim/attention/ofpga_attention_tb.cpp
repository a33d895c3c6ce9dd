// Runs commands through the verilated attention unit, one after another without a reset between, and compares the
// activation space with what it should hold afterwards.
//
//   ofpga_attention_tb CASES     (written by tests/rtl/test_attention.py, which has the layout)
//
// Prints a line a command: its number, status, cycles from `go` to `done`, and the words read from every port.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "Vofpga_attention.h"
#include "axi_memory.hpp"
#include "verilated.h"

namespace {

constexpr unsigned kPorts = OFPGA_PORTS;
constexpr uint64_t kHang = 200000;  // cycles

struct Header {
  uint32_t act_words, port_words, status, compare, latency, willing, unwilling, seed, reset_after;
};

// A packed array's element, little-endian, whatever type Verilator gave the port.
template <typename Signal>
uint8_t *element(Signal &signal, size_t index, size_t bytes) {
  return reinterpret_cast<uint8_t *>(&signal) + index * bytes;
}

template <typename Signal>
bool bit(const Signal &signal, unsigned index) {
  return uint64_t(signal) >> index & 1;
}

template <typename Signal>
void set_bit(Signal &signal, unsigned index, bool value) {
  signal = Signal((uint64_t(signal) & ~(uint64_t(1) << index)) | uint64_t(value) << index);
}

std::vector<uint8_t> read_bytes(std::ifstream &file, size_t count) {
  std::vector<uint8_t> bytes(count);
  file.read(reinterpret_cast<char *>(bytes.data()), std::streamsize(count));
  if (!file) throw std::runtime_error("the file of cases ends early");
  return bytes;
}

class Bench {
 public:
  Bench() { reset(); }

  void run(unsigned number, const Header &header, const std::vector<uint8_t> &command, std::vector<uint8_t> act,
           std::vector<std::vector<uint8_t>> ports, const std::vector<uint8_t> &expected) {
    random_.seed(header.seed);
    if (header.reset_after != 0) {
      attach(header, act, ports);
      issue(command, header.reset_after);
      detach();
      reset();
    }
    attach(header, act, ports);
    const uint64_t start = cycle_;
    const unsigned status = issue(command, 0);
    std::printf("%u status %u cycles %llu words", number, status, (unsigned long long)(cycle_ - start));
    for (unsigned p = 0; p < kPorts; ++p) std::printf(" %llu", (unsigned long long)memories_[1 + p].words_read);
    std::printf("\n");
    detach();
    if (status != header.status) {
      throw std::runtime_error("status " + std::to_string(status) + ", not " + std::to_string(header.status));
    }
    for (size_t i = 0; header.compare && i < act.size(); i += 4) {
      if (std::memcmp(&act[i], &expected[i], 4) != 0) {
        int32_t got, wanted;
        std::memcpy(&got, &act[i], 4);
        std::memcpy(&wanted, &expected[i], 4);
        throw std::runtime_error("word " + std::to_string(i / 64) + " integer " + std::to_string(i % 64 / 4) + " is " +
                                 std::to_string(got) + ", not " + std::to_string(wanted));
      }
    }
  }

 private:
  void attach(const Header &header, std::vector<uint8_t> &act, std::vector<std::vector<uint8_t>> &ports) {
    const auto pattern = [&] { return Pattern(header.willing, header.unwilling, random_()); };
    memories_.clear();
    memories_.reserve(1 + kPorts);
    memories_.emplace_back(act, header.latency, pattern(), pattern(), pattern(), pattern(), pattern());
    for (auto &port : ports) {
      memories_.emplace_back(port, header.latency, pattern(), pattern(), pattern(), pattern(), pattern());
    }
  }

  void detach() {
    for (auto &memory : memories_) memory.r_valid = memory.b_valid = false;
    idle_inputs();
  }

  // Sends a command, lets it go later, takes its status; `stop_after` != 0: leaves it in the middle.
  unsigned issue(const std::vector<uint8_t> &command, uint64_t stop_after) {
    const uint64_t begin = cycle_;
    const uint64_t go_at = begin + random_() % 40;
    bool sent = false, gone = false;
    while (true) {
      if (cycle_ - begin > kHang) throw std::runtime_error("no `done`: the design hangs");
      if (stop_after != 0 && cycle_ - begin >= stop_after) return 0;
      top_->cmd_valid_i = !sent;
      std::memcpy(element(top_->cmd_i, 0, kWord), command.data(), kWord);
      top_->go_valid_i = !gone && cycle_ >= go_at;
      top_->done_ready_i = random_() % 2;
      drive();
      top_->clk_i = 0;
      top_->eval();
      if (!gone && (top_->act_arvalid_o || top_->act_awvalid_o || top_->port_arvalid_o)) {
        throw std::runtime_error("memory is touched before `go`");
      }
      sent |= top_->cmd_valid_i && top_->cmd_ready_o;
      gone |= top_->go_valid_i && top_->go_ready_o;
      const bool done = top_->done_valid_o && top_->done_ready_i;
      const unsigned status = top_->done_status_o;
      sample();
      edge();
      if (done) return status;
    }
  }

  void drive() {
    for (auto &memory : memories_) memory.drive();
    const AxiMemory &act = memories_[0];
    top_->act_arready_i = act.ar_ready;
    top_->act_rvalid_i = act.r_valid;
    if (act.r_valid) {
      std::memcpy(element(top_->act_rdata_i, 0, kWord), act.r_data, kWord);
      top_->act_rresp_i = act.r_resp;
      top_->act_rlast_i = act.r_last;
    }
    top_->act_awready_i = act.aw_ready;
    top_->act_wready_i = act.w_ready;
    top_->act_bvalid_i = act.b_valid;
    top_->act_bresp_i = act.b_resp;
    for (unsigned p = 0; p < kPorts; ++p) {
      const AxiMemory &port = memories_[1 + p];
      set_bit(top_->port_arready_i, p, port.ar_ready);
      set_bit(top_->port_rvalid_i, p, port.r_valid);
      if (!port.r_valid) continue;
      std::memcpy(element(top_->port_rdata_i, p, kWord), port.r_data, kWord);
      set_bit(top_->port_rresp_i, 2 * p, port.r_resp & 1);
      set_bit(top_->port_rresp_i, 2 * p + 1, port.r_resp >> 1);
      set_bit(top_->port_rlast_i, p, port.r_last);
    }
  }

  void sample() {
    memories_[0].sample_read(Address{bool(top_->act_arvalid_o), top_->act_araddr_o, top_->act_arlen_o},
                             top_->act_rready_o);
    memories_[0].sample_write(Address{bool(top_->act_awvalid_o), top_->act_awaddr_o, top_->act_awlen_o},
                              top_->act_wvalid_o, element(top_->act_wdata_o, 0, kWord), top_->act_wstrb_o,
                              top_->act_wlast_o, top_->act_bready_o);
    for (unsigned p = 0; p < kPorts; ++p) {
      Address ar;
      ar.valid = bit(top_->port_arvalid_o, p);
      std::memcpy(&ar.address, element(top_->port_araddr_o, p, 8), 8);
      ar.len = *element(top_->port_arlen_o, p, 1);
      memories_[1 + p].sample_read(ar, bit(top_->port_rready_o, p));
    }
  }

  void edge() {
    context_->timeInc(5);
    top_->clk_i = 1;
    top_->eval();
    context_->timeInc(5);
    ++cycle_;
  }

  void idle_inputs() {
    top_->cmd_valid_i = top_->go_valid_i = top_->done_ready_i = 0;
    top_->act_rvalid_i = top_->act_bvalid_i = 0;
    top_->port_rvalid_i = 0;
  }

  void reset() {
    idle_inputs();
    top_->rst_ni = 0;
    for (int i = 0; i < 24; ++i) {  // what the DSP cascades' delays hold at first must leave them
      top_->clk_i = 0;
      top_->eval();
      edge();
    }
    top_->rst_ni = 1;
  }

  std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Vofpga_attention> top_ = [this] {
    context_->randReset(2);
    context_->randSeed(1);
    return std::make_unique<Vofpga_attention>(context_.get());
  }();
  std::vector<AxiMemory> memories_;
  std::mt19937_64 random_;
  uint64_t cycle_ = 0;
};

}  // namespace

int main(int argc, char **argv) {
  unsigned number = 0;
  try {
    if (argc != 2) throw std::runtime_error("usage: ofpga_attention_tb CASES");
    std::ifstream file(argv[1], std::ios::binary);
    if (!file) throw std::runtime_error(std::string("cannot read ") + argv[1]);
    Bench bench;
    for (; file.peek() != EOF; ++number) {
      Header header;
      file.read(reinterpret_cast<char *>(&header), sizeof header);
      const auto command = read_bytes(file, kWord);
      const auto act = read_bytes(file, kWord * header.act_words);
      std::vector<std::vector<uint8_t>> ports;
      for (unsigned p = 0; p < kPorts; ++p) ports.push_back(read_bytes(file, kWord * header.port_words));
      bench.run(number, header, command, act, ports, read_bytes(file, kWord * header.act_words));
    }
  } catch (const std::exception &error) {
    std::printf("command %u: %s\n", number, error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
