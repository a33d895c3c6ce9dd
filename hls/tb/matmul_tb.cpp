// Bench of the matmul kernel: matmul_tb FILE.vec...
#include "matmul.hpp"
#include "vectors.hpp"

#define OFPGA_PORT(N) , v.port(N)

int main(int argc, char **argv) {
  using namespace ofpga;
  return tb::run("matmul", argc - 1, argv + 1, [](tb::Vector &v) {
    return tb::invoke(v, [&v](hls::stream<word_t> &commands, hls::stream<token_t> &go, hls::stream<status_t> &done) {
      ofpga_matmul(commands, go, done, v.act_space(), v.act_space() OFPGA_EACH_PORT(OFPGA_PORT));
    });
  });
}
