// Bench of the attention kernel: attention_tb FILE.vec...
#include "attention.hpp"
#include "vectors.hpp"

#define OFPGA_PORT(N) , v.port(N)

int main(int argc, char **argv) {
  using namespace ofpga;
  return tb::run("attention", argc - 1, argv + 1, [](tb::Vector &v) {
    return tb::invoke(v, [&v](hls::stream<word_t> &commands, hls::stream<token_t> &go, hls::stream<status_t> &done) {
      ofpga_attention(commands, go, done, v.act_space(), v.act_space() OFPGA_EACH_PORT(OFPGA_PORT));
    });
  });
}
