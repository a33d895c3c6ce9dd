// Vectors of the benches: one program, memory before and after. make_vectors.py writes them.
//
// A file is little-endian uint32: magic, ports, words of a port, words of the activation space, program address,
// program count, status, index, tag, completed, number of free ranges; per free range first byte and bytes (what a
// card may leave as it likes); then before and after: the activation space, every port.
#ifndef OFPGA_TB_VECTORS_HPP
#define OFPGA_TB_VECTORS_HPP

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "ofpga_ports.hpp"
#include "ofpga_stream.hpp"
#include "ofpga_types.hpp"

namespace ofpga {
namespace tb {

constexpr uint32_t MAGIC = 0x5650464F;

using Space = std::vector<uint8_t>;

struct Vector {
  uint32_t program_addr, program_count;
  uint32_t status, index, tag, completed;
  std::vector<uint32_t> free;  // pairs
  Space act, act_after;
  std::vector<Space> ports, ports_after;

  word_t *act_space() { return reinterpret_cast<word_t *>(act.data()); }
  word_t *port(int p) { return reinterpret_cast<word_t *>(ports[std::size_t(p)].data()); }
  // The program's first command.
  word_t command() {
    word_t word = zero_word();
    for (int i = 0; i < WORD_BYTES; ++i) {
      set_byte(word, i, ubits<8>(act[std::size_t(program_addr) * WORD_BYTES + std::size_t(i)]));
    }
    return word;
  }
};

inline bool read_space(std::FILE *file, Space &space, uint32_t words) {
  space.resize(std::size_t(words) * WORD_BYTES);
  return std::fread(space.data(), 1, space.size(), file) == space.size();
}

// False, with the reason on stderr, if the file is not a vector of this card's number of ports.
inline bool load(const char *path, Vector &v) {
  std::FILE *file = std::fopen(path, "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "%s: cannot be opened\n", path);
    return false;
  }
  uint32_t header[11];
  bool ok = std::fread(header, sizeof header, 1, file) == 1 && header[0] == MAGIC && header[1] == uint32_t(PORTS);
  if (ok) {
    v.program_addr = header[4];
    v.program_count = header[5];
    v.status = header[6];
    v.index = header[7];
    v.tag = header[8];
    v.completed = header[9];
    v.free.resize(2 * std::size_t(header[10]));
    v.ports.resize(PORTS);
    v.ports_after.resize(PORTS);
    ok = v.free.empty() || std::fread(v.free.data(), 8, header[10], file) == header[10];
    ok = ok && read_space(file, v.act, header[3]);
    for (Space &port : v.ports) ok = ok && read_space(file, port, header[2]);
    ok = ok && read_space(file, v.act_after, header[3]);
    for (Space &port : v.ports_after) ok = ok && read_space(file, port, header[2]);
  }
  if (!ok) std::fprintf(stderr, "%s: not a whole vector of a card of %d ports\n", path, PORTS);
  std::fclose(file);
  return ok;
}

inline bool same(const char *path, const std::string &name, const Space &got, const Space &want) {
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (got[i] != want[i]) {
      std::fprintf(stderr, "%s: %s differs from byte %zu (word %zu) on: %02x, wanted %02x\n", path, name.c_str(), i,
                   i / WORD_BYTES, got[i], want[i]);
      return false;
    }
  }
  return true;
}

// Whether the memory is as it should be after the program.
inline bool matches(const char *path, Vector &v) {
  for (std::size_t r = 0; r < v.free.size(); r += 2) {
    std::memset(&v.act[v.free[r]], 0, v.free[r + 1]);
    std::memset(&v.act_after[v.free[r]], 0, v.free[r + 1]);
  }
  bool ok = same(path, "the activation space", v.act, v.act_after);
  for (int p = 0; p < PORTS; ++p) {
    ok = same(path, "port " + std::to_string(p), v.ports[std::size_t(p)], v.ports_after[std::size_t(p)]) && ok;
  }
  return ok;
}

// Runs `execute(vector)` (the status) on every file named; the bench's exit code.
template <class Execute>
int run(const char *bench, int count, char **paths, Execute execute) {
  int failures = 0;
  for (int i = 0; i < count; ++i) {
    Vector v;
    if (!load(paths[i], v)) {
      ++failures;
      continue;
    }
    const uint32_t status = execute(v);
    if (status != v.status) {
      std::fprintf(stderr, "%s: status %u, wanted %u\n", paths[i], status, v.status);
      ++failures;
    } else if (status == 0 && !matches(paths[i], v)) {
      ++failures;
    }
  }
  std::printf("%s: %d vectors, %d failed\n", bench, count, failures);
  return failures == 0 && count > 0 ? 0 : 1;
}

// One invocation of a kernel, with its command, its token and its status.
template <class Kernel>
uint32_t invoke(Vector &v, Kernel kernel) {
  hls::stream<word_t> commands("tb.commands");
  hls::stream<token_t> go("tb.go");
  hls::stream<status_t> done("tb.done");
  commands.write(v.command());
  go.write(token_t(0));
  kernel(commands, go, done);
  if (!commands.empty() || !go.empty() || done.size() != 1) {
    std::fprintf(stderr, "the kernel left its streams as they should not be\n");
    return ~0u;
  }
  return uint32_t(uint8_t(done.read()));
}

}  // namespace tb
}  // namespace ofpga

#endif  // OFPGA_TB_VECTORS_HPP
